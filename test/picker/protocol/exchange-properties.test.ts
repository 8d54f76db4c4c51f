import { array, assert, boolean, integer, property, uint8Array } from 'fast-check';
import { BodyCursor } from '../../../lib/picker/protocol/body-cursor';
import { seededRandom } from '../../support/picker/seeded-random';
import { bodyMessage, headersMessage, trailersMessage } from '../../support/picker/ext-proc-messages';
import { ExchangeHarness } from '../../support/picker/exchange-harness';

const REQUEST = headersMessage('request', [[':path', '/v1/completions']]);
const RESPONSE = headersMessage('response', [[':status', '200']]);
const MIB = 2 ** 20;

/** Cuts bytes at the given places. */
function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((place) => Math.min(place, bytes.length)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, i) => bytes.subarray(places[i - 1] ?? 0, end));
}

test('how a request is cut changes neither what the director gets nor what goes out', () => {
  const cuts = array(integer({ min: 0, max: 2000 }), { maxLength: 20 });
  assert(
    property(uint8Array({ maxLength: 2000 }), cuts, boolean(), (body, places, trailers) => {
      const chunks = cut(body, places);
      const harness = new ExchangeHarness().receive(REQUEST);

      chunks.forEach((chunk, i) => {
        harness.receive(bodyMessage('request', chunk, !trailers && i === chunks.length - 1));
      });
      if (trailers) harness.receive(trailersMessage('request'));

      expect(harness.director.calls[0]?.bytes.equals(Buffer.from(body))).toBe(true);
      expect(harness.bodyOf('request').equals(Buffer.from(body))).toBe(true);
      expect(harness.answers.filter(({ endOfStream }) => endOfStream)).toHaveLength(trailers ? 0 : 1);
    }),
  );
});

test('how a response is cut does not change what the client gets', () => {
  const cuts = array(integer({ min: 0, max: 150_000 }), { maxLength: 10 });
  assert(
    property(integer({ min: 0, max: 150_000 }), cuts, boolean(), (length, places, trailers) => {
      const body = Buffer.from(Array.from({ length }, (_, i) => i & 0xff));
      const chunks = cut(body, places);
      const harness = new ExchangeHarness().receive(REQUEST, bodyMessage('request', '{}', true), RESPONSE);

      chunks.forEach((chunk, i) => {
        harness.receive(bodyMessage('response', chunk, !trailers && i === chunks.length - 1));
      });
      if (trailers) harness.receive(trailersMessage('response'));

      expect(harness.bodyOf('response').equals(body)).toBe(true);
      expect(Math.max(0, ...harness.answers.map((answer) => answer.body?.length ?? 0))).toBeLessThanOrEqual(62_000);
      expect(harness.director.watcher.ends).toEqual(['completed']);
    }),
    { numRuns: 30 },
  );
});

test('20 MiB in chunks of 1 byte to 64 KiB go through unchanged', () => {
  const random = seededRandom(7);
  const harness = new ExchangeHarness().receive(REQUEST);
  const parts: Buffer[] = [];
  let bytes = 0;
  while (bytes < 20 * MIB) {
    // As many small chunks as large ones.
    const length = Math.ceil(2 ** (random() * 16));
    const chunk = Buffer.alloc(length, parts.length & 0xff);
    parts.push(chunk);
    bytes += length;
    harness.receive(bodyMessage('request', chunk));
  }
  expect(harness.budget.used).toBe(bytes);

  harness.receive(bodyMessage('request', '', true));

  const whole = Buffer.concat(parts);
  const directed = harness.director.calls[0]?.body;
  const copy = Buffer.alloc(bytes);
  new BodyCursor(directed?.chunks ?? []).copyTo(copy, 0, bytes);
  expect(copy.equals(whole)).toBe(true);
  expect(harness.bodyOf('request').equals(whole)).toBe(true);
  expect(harness.budget.used).toBe(0);
});
