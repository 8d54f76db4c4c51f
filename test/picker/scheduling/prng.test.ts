import { Prng } from '../../../lib/picker/scheduling/prng';

const drawn = (seed: number, count: number): readonly number[] => {
  const prng = new Prng();
  prng.seed(seed);
  return Array.from({ length: count }, () => prng.next());
};

test('a seed determines the numbers', () => {
  expect(drawn(42, 5)).toEqual(drawn(42, 5));
});

test('both halves of a seed count', () => {
  expect(drawn(1, 3)).not.toEqual(drawn(1 + 2 ** 32, 3));
});

test('numbers are in [0, 1) and evenly spread', () => {
  const numbers = drawn(7, 10_000);
  const tenths = Array.from({ length: 10 }, (_, i) => numbers.filter((n) => Math.floor(n * 10) === i).length);

  expect(numbers.every((n) => n >= 0 && n < 1)).toBe(true);
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(120);
});

// Decisions have seeds that count up, and most draw once.
test('first numbers of neighbouring seeds are evenly spread', () => {
  const firsts = Array.from({ length: 10_000 }, (_, seed) => drawn(seed, 1)[0]!);
  const tenths = Array.from({ length: 10 }, (_, i) => firsts.filter((n) => Math.floor(n * 10) === i).length);

  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(120);
});
