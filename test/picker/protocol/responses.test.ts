import { assert, boolean, constantFrom, integer, property } from 'fast-check';
import { BodyCursor } from '../../../lib/picker/protocol/body-cursor';
import { ResponseEncoder } from '../../../lib/picker/protocol/responses';
import { readAnswer } from '../../support/picker/ext-proc-messages';

// Memory that is dirty: every byte must be written.
const encoder = new ResponseEncoder((bytes) => new Uint8Array(bytes).fill(0xee));

const hex = (frame: Uint8Array): string => Buffer.from(frame).toString('hex');

test('another reader finds a chunk of any length', () => {
  const lengths = integer({ min: 0, max: 70_000 });
  const edges = constantFrom(0, 1, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 127, 128, 16_383, 16_384);
  assert(
    property(edges, lengths, boolean(), constantFrom('request', 'response'), (edge, any, endOfStream, half) => {
      for (const length of [edge, any]) {
        const body = Buffer.alloc(length, 0x61);

        const frame = encoder.body(half, new BodyCursor([body]), length, endOfStream);

        expect(Buffer.from(frame).readUInt32BE(1)).toBe(frame.length - 5);
        const answer = readAnswer(frame.subarray(5));
        expect([answer.kind, answer.endOfStream ?? false]).toEqual([`${half}-body`, endOfStream]);
        expect(answer.body?.equals(body)).toBe(true);
      }
    }),
  );
});

test('writes a chunk to the bytes of external_processor.proto', () => {
  const frame = encoder.body('response', new BodyCursor([Buffer.from('hi')]), 2, true);

  // Prefix; response_body 4, response 1, body_mutation 3, streamed_response 3: body 1 'hi', end_of_stream 2.
  expect(hex(frame)).toBe('000000000e' + '220c' + '0a0a' + '1a08' + '1a06' + '0a026869' + '1001');
});

test('writes headers that change nothing', () => {
  expect(hex(encoder.headers('request', []))).toBe('0000000004' + '0a02' + '0a00');
  expect(hex(encoder.headers('response', []))).toBe('0000000004' + '1202' + '0a00');
});

test('writes trailers that change nothing', () => {
  expect(hex(encoder.trailers('request'))).toBe('0000000002' + '2a00');
  expect(hex(encoder.trailers('response'))).toBe('0000000002' + '3200');
});

test('keeps the order of headers, and text that is no ASCII', () => {
  const frame = encoder.headers('response', [
    ['b', 'zwölf'],
    ['a', '2'],
    ['b', '3'],
  ]);

  expect(readAnswer(frame.subarray(5)).set?.map(([name, value]) => `${name}=${value}`)).toEqual([
    'b=zwölf',
    'a=2',
    'b=3',
  ]);
});

test('writes an immediate response', () => {
  const frame = encoder.immediate({ status: 503, headers: [], body: 'no', details: 'why' });

  // Prefix; immediate_response 7: status 1 {code 1}, body 3, details 5.
  expect(hex(frame)).toBe('0000000010' + '3a0e' + '0a0308f703' + '1a026e6f' + '2a03776879');
});
