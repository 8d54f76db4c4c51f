import * as fc from 'fast-check';
import { promptWork } from '../../../../../lib/picker/scheduling/scorers/latency/prompt-work';

test('counts the last token of a cached prompt, since the next one comes from it', () => {
  expect(promptWork(0, 0)).toBe(1);
});

test('counts attention to what is cached', () => {
  expect(promptWork(1000, 30_000)).toBeCloseTo(1000 * (1 + 3e-5 * 29_500));
});

test('grows with every token that is not cached', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), (a, b) => {
      const [fewer, more] = [Math.min(a, b), Math.max(a, b)];
      expect(promptWork(fewer, 100_000)).toBeLessThanOrEqual(promptWork(more, 100_000));
    }),
    { seed: 42 },
  );
});
