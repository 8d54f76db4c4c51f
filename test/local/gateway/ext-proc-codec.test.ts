import * as fc from 'fast-check';
import { bodyFrame, headersFrame } from '../../../lib/local/gateway/ext-proc-request';
import { decodeProcessingResponse } from '../../../lib/local/gateway/ext-proc-response';
import { BodyCursor } from '../../../lib/picker/protocol/body-cursor';
import { FRAME_PREFIX } from '../../../lib/picker/protocol/frame';
import { decodeProcessingRequest } from '../../../lib/picker/protocol/requests';
import { ResponseEncoder } from '../../../lib/picker/protocol/responses';

const payload = (frame: Uint8Array): Uint8Array => frame.subarray(FRAME_PREFIX);
const encoder = new ResponseEncoder((bytes) => Buffer.alloc(bytes));
const direction = fc.constantFrom('request' as const, 'response' as const);
const name = fc.stringMatching(/^[a-z][a-z-]{0,20}$/);
const value = fc.stringMatching(/^[\x21-\x7e]{0,40}$/);
const headers = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key });

test('the picker reads the headers that the gateway writes', () => {
  fc.assert(
    fc.property(direction, headers, fc.boolean(), (half, list, endOfStream) => {
      const message = decodeProcessingRequest(payload(headersFrame(half, { headers: list, endOfStream })));

      expect(message).toMatchObject({ kind: 'headers', direction: half, endOfStream, headers: new Map(list) });
    }),
  );
});

test('the picker reads the body that the gateway writes', () => {
  fc.assert(
    fc.property(direction, fc.uint8Array({ maxLength: 300 }), fc.boolean(), (half, body, endOfStream) => {
      const message = decodeProcessingRequest(payload(bodyFrame(half, body, endOfStream)));

      expect(message).toMatchObject({ kind: 'body', direction: half, endOfStream });
      expect(message.kind === 'body' && Buffer.from(message.body).equals(body)).toBe(true);
    }),
  );
});

test('the gateway reads the body that the picker writes', () => {
  fc.assert(
    fc.property(direction, fc.uint8Array({ maxLength: 300 }), fc.boolean(), (half, body, endOfStream) => {
      const frame = encoder.body(half, new BodyCursor([body]), body.length, endOfStream);
      const answer = decodeProcessingResponse(payload(frame));

      expect(answer).toMatchObject({ kind: 'body', direction: half, endOfStream });
      expect(answer.kind === 'body' && Buffer.from(answer.body).equals(body)).toBe(true);
    }),
  );
});

test('the gateway reads where a request goes and what becomes of its headers', () => {
  const frame = encoder.route({
    destination: '10.0.0.1:80,10.0.0.2:80',
    scores: { '10.0.0.1:80': 0.5 },
    setHeaders: [['x-set', 'für']],
    removeHeaders: ['x-gone'],
  });

  expect(decodeProcessingResponse(payload(frame))).toEqual({
    kind: 'headers',
    direction: 'request',
    destination: ['10.0.0.1:80', '10.0.0.2:80'],
    mutation: {
      set: [
        { name: 'x-gateway-destination-endpoint', value: '10.0.0.1:80,10.0.0.2:80', action: 2 },
        { name: 'x-set', value: Buffer.from('für').toString('latin1'), action: 2 },
      ],
      remove: ['x-gone'],
    },
  });
});

test('the gateway reads an immediate answer', () => {
  const frame = encoder.immediate({ status: 429, headers: [['x-why', 'full']], body: 'later', details: 'd' });

  const answer = decodeProcessingResponse(payload(frame));
  expect(answer).toMatchObject({
    kind: 'immediate',
    status: 429,
    mutation: { set: [{ name: 'x-why', value: 'full' }] },
  });
  expect(answer.kind === 'immediate' && Buffer.from(answer.body).toString()).toBe('later');
});
