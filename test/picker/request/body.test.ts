import * as fc from 'fast-check';
import { BodyJoiner, bodyOf, type RequestBody, splice } from '../../../lib/picker/request/body';

function cut(bytes: Uint8Array, sizes: readonly number[]): RequestBody {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(bytes.slice(at, at + size));
    at += size;
  }
  chunks.push(bytes.slice(at));
  return { chunks, bytes: bytes.length };
}

const joined = (body: RequestBody): number[] => body.chunks.flatMap((chunk) => [...chunk]);

test('a splice changes the range and nothing else, however the body is cut', () => {
  const ranges = fc.record({
    bytes: fc.uint8Array({ minLength: 1, maxLength: 60 }),
    sizes: fc.array(fc.nat(12), { maxLength: 8 }),
    from: fc.nat(),
    size: fc.nat(),
    replacement: fc.uint8Array({ maxLength: 20 }),
  });
  fc.assert(
    fc.property(ranges, ({ bytes, sizes, from, size, replacement }) => {
      const start = from % bytes.length;
      const end = start + 1 + (size % (bytes.length - start));

      const result = splice(cut(bytes, sizes), { start, end }, replacement);

      expect(joined(result)).toEqual([...bytes.slice(0, start), ...replacement, ...bytes.slice(end)]);
      expect(result.bytes).toBe(joined(result).length);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('a splice shares the chunks that it does not touch', () => {
  const body: RequestBody = { chunks: [Uint8Array.of(1, 2), Uint8Array.of(3, 4), Uint8Array.of(5, 6)], bytes: 6 };

  const { chunks } = splice(body, { start: 2, end: 4 }, Uint8Array.of(9));

  expect(chunks).toHaveLength(3);
  expect(chunks[0]).toBe(body.chunks[0]);
  expect(chunks[2]).toBe(body.chunks[2]);
});

test('one chunk is joined by itself', () => {
  const bytes = Uint8Array.of(1, 2, 3);

  expect(new BodyJoiner().join(bodyOf(bytes))).toBe(bytes);
});

test.each([0, 10, 100_000, 5_000_000])('chunks of %d bytes are joined in order', (size) => {
  const joiner = new BodyJoiner();
  joiner.join({ chunks: [new Uint8Array(500).fill(7), new Uint8Array(500).fill(7)], bytes: 1000 });
  const chunks = [new Uint8Array(size).fill(1), new Uint8Array(size).fill(2), Uint8Array.of(3)];

  const all = joiner.join({ chunks, bytes: size * 2 + 1 });

  expect(all).toHaveLength(size * 2 + 1);
  expect(all.lastIndexOf(1)).toBe(size - 1);
  expect(all.lastIndexOf(2)).toBe(size === 0 ? -1 : size * 2 - 1);
  expect(all.at(-1)).toBe(3);
});
