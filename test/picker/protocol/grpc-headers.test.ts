import { callEnd, callStart, httpRefusal, refusedStatus } from '../../../lib/picker/protocol/grpc-headers';
import { HpackDecoder } from '../../../lib/picker/protocol/http2/hpack-decoder';

const read = (block: Uint8Array): unknown => Object.fromEntries(new HpackDecoder().decode(block));

test('a call starts with its content type', () => {
  expect(read(callStart())).toEqual({ ':status': '200', 'content-type': 'application/grpc' });
});

test('a call that sent messages ends with its status', () => {
  expect(read(callEnd({ status: 0, message: '' }, true))).toEqual({ 'grpc-status': '0' });
});

test('a call that sent none ends with everything at once', () => {
  expect(read(callEnd({ status: 5, message: 'nobody here' }, false))).toEqual({
    ':status': '200',
    'content-type': 'application/grpc',
    'grpc-status': '5',
    'grpc-message': 'nobody here',
  });
});

test('messages are percent-encoded, also those longer than a byte can say', () => {
  expect(read(callEnd({ status: 13, message: '100 %\nü' }, true))).toMatchObject({
    'grpc-message': '100 %25%0A%C3%BC',
  });
  expect(read(callEnd({ status: 13, message: 'x'.repeat(5000) }, true))).toMatchObject({
    'grpc-message': 'x'.repeat(5000),
  });
});

test('what is not implemented says which encodings are', () => {
  expect(read(callEnd({ status: 12, message: '' }, true))).toEqual({
    'grpc-status': '12',
    'grpc-accept-encoding': 'identity',
  });
});

test.each([
  ['POST', 'application/grpc', undefined],
  ['POST', 'application/grpc+proto', undefined],
  ['GET', 'application/grpc', 405],
  ['POST', 'text/plain', 415],
  ['POST', 'application/grpc-web', 415],
])('%s of %s is refused with %s', (method, type, status) => {
  const headers = new Map([
    [':method', method],
    ['content-type', type],
  ]);

  expect(refusedStatus(headers)).toBe(status);
});

test('a refusal is a plain HTTP status', () => {
  expect(read(httpRefusal(415))).toEqual({ ':status': '415' });
});
