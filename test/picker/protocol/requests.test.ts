import { decodeProcessingRequest } from '../../../lib/picker/protocol/requests';
import { bodyMessage, headersMessage, trailersMessage } from '../../support/picker/ext-proc-messages';

const NO_HINTS = { subset: undefined, served: undefined };

test('reads request headers: lower case, the last of a name wins', () => {
  const message = headersMessage('request', [
    ['X-Thing', 'one'],
    ['x-thing', 'two'],
    [':path', '/'],
  ]);

  expect(decodeProcessingRequest(message)).toEqual({
    kind: 'headers',
    direction: 'request',
    headers: new Map([
      ['x-thing', 'two'],
      [':path', '/'],
    ]),
    endOfStream: false,
    protocol: undefined,
    hints: NO_HINTS,
    observed: false,
  });
});

test('reads plain values where there are no raw ones', () => {
  const message = headersMessage('response', [[':status', '200']], { plainValues: true, endOfStream: true });

  const read = decodeProcessingRequest(message);

  expect(read).toMatchObject({ direction: 'response', endOfStream: true, headers: new Map([[':status', '200']]) });
});

test('prefers raw values', () => {
  // HeaderValue { key: "a", value: "plain", raw_value: "raw" } in HeaderMap, HttpHeaders and request_headers.
  const header = Buffer.from('\x0a\x01a\x12\x05plain\x1a\x03raw', 'latin1');
  const wrapped = [1, 1, 2].reduce(
    (inner, field) => Buffer.concat([Buffer.from([field * 8 + 2, inner.length]), inner]),
    header,
  );

  expect(decodeProcessingRequest(wrapped)).toMatchObject({ headers: new Map([['a', 'raw']]) });
});

test('headers without a name are left out', () => {
  expect(decodeProcessingRequest(headersMessage('request', [['', 'x']]))).toMatchObject({ headers: new Map() });
});

test.each(['request', 'response'] as const)('reads a chunk of a %s body as a view on the message', (direction) => {
  const message = bodyMessage(direction, 'chunk', true);

  const read = decodeProcessingRequest(message);

  expect(read).toMatchObject({ kind: 'body', direction, endOfStream: true });
  expect(read.kind === 'body' && Buffer.from(read.body).toString()).toBe('chunk');
  expect(read.kind === 'body' && read.body.buffer).toBe(message.buffer);
});

test.each(['request', 'response'] as const)('reads %s trailers', (direction) => {
  const read = decodeProcessingRequest(trailersMessage(direction, [['a', 'b']]));

  expect(read).toEqual({ kind: 'trailers', direction, hints: NO_HINTS, observed: false });
});

test('reads how the gateway was configured', () => {
  const message = headersMessage('request', [], {
    observabilityMode: true,
    protocol: { requestBodyMode: 4, responseBodyMode: 2 },
  });

  expect(decodeProcessingRequest(message)).toMatchObject({
    observed: true,
    protocol: { requestBodyMode: 4, responseBodyMode: 2 },
  });
});

test('a message without a part that is known is of an unknown kind', () => {
  expect(decodeProcessingRequest(new Uint8Array(0)).kind).toBe('unknown');
  expect(decodeProcessingRequest(Uint8Array.of(0xfa, 1, 1, 0)).kind).toBe('unknown');
});

test('fields that are not known are skipped', () => {
  const message = Buffer.concat([Buffer.from([0xfa, 0x01, 1, 0x61, 0xf8, 0x01, 7]), bodyMessage('request', 'x')]);

  expect(decodeProcessingRequest(message)).toMatchObject({ kind: 'body' });
});

test('messages that are cut off are malformed', () => {
  const message = headersMessage('request', [['a', 'b']]);

  for (let length = 1; length < message.length; length++) {
    expect(() => decodeProcessingRequest(message.subarray(0, length))).toThrow(/^malformed protobuf at byte \d+: /);
  }
});
