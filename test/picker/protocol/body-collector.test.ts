import { array, assert, integer, property } from 'fast-check';
import { BodyCollector } from '../../../lib/picker/protocol/body-collector';
import { ByteBudget } from '../../../lib/picker/protocol/byte-budget';

const MIB = 2 ** 20;

function collector(
  limit = 64 * MIB,
  budget = new ByteBudget(Infinity),
): { collector: BodyCollector; allocated: () => number } {
  let allocated = 0;
  const allocate = (bytes: number): Uint8Array => {
    allocated += bytes;
    return new Uint8Array(bytes);
  };
  return { collector: new BodyCollector({ limit, budget, allocate }), allocated: () => allocated };
}

/** A chunk that fills its buffer. */
const chunk = (length: number, byte = 1): Uint8Array => new Uint8Array(length).fill(byte);

test('keeps every byte in its place, whatever the chunks', () => {
  assert(
    property(array(integer({ min: 0, max: 20_000 })), (lengths) => {
      const { collector: body } = collector();
      const chunks = lengths.map((length, i) => chunk(length, i));

      for (const part of chunks) expect(body.add(part)).toBe('taken');

      expect(Buffer.concat(body.body.chunks).equals(Buffer.concat(chunks))).toBe(true);
      expect(body.body.bytes).toBe(chunks.reduce((sum, { length }) => sum + length, 0));
    }),
  );
});

test('does not copy large chunks', () => {
  const { collector: body } = collector();
  const large = chunk(16_384);

  body.add(large);

  expect(body.body.chunks[0]).toBe(large);
});

test('copies a chunk that would keep a much larger buffer alive', () => {
  const { collector: body } = collector();
  const view = new Uint8Array(MIB).subarray(0, 8192);

  body.add(view);

  expect(body.body.chunks[0]?.buffer.byteLength).toBeLessThanOrEqual(16_384);
});

test('4 MiB byte by byte lie in few chunks and little more memory', () => {
  const { collector: body, allocated } = collector();
  const byte = chunk(1);

  for (let i = 0; i < 4 * MIB; i++) body.add(byte);

  expect(body.body.bytes).toBe(4 * MIB);
  expect(body.body.chunks.length).toBeLessThan(50);
  expect(allocated()).toBeLessThan(4.5 * MIB);
});

test('small chunks between large ones share their memory', () => {
  const { collector: body, allocated } = collector();

  for (let i = 0; i < 1000; i++) {
    body.add(chunk(4096));
    body.add(chunk(1));
  }

  expect(allocated()).toBeLessThan(0.3 * MIB);
});

test('takes a body of exactly its limit and no byte more', () => {
  const { collector: body } = collector(10);

  expect(body.add(chunk(10))).toBe('taken');
  expect(body.add(chunk(1))).toBe('over-limit');
  expect(body.add(chunk(0))).toBe('taken');
});

test('shares a budget with others and gives back what it took, once', () => {
  const budget = new ByteBudget(10);
  const first = collector(100, budget).collector;
  const second = collector(100, budget).collector;

  first.add(chunk(8));
  expect(second.add(chunk(3))).toBe('over-budget');
  expect(second.add(chunk(2))).toBe('taken');
  first.release();
  first.release();

  expect(budget.used).toBe(2);
  expect(first.isEmpty).toBe(true);
});
