import * as fc from 'fast-check';
import { formatGoDuration, parseGoDuration } from '../../lib/core/go-duration';

test.each([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['50ms', 50],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['2h45m', 9_900_000],
  ['250us', 0.25],
  ['250µs', 0.25],
  ['100ns', 0.0001],
  ['-1s', -1000],
  ['+1s', 1000],
  ['0', 0],
  ['0s', 0],
])('%s is %d milliseconds', (text, milliseconds) => {
  expect(parseGoDuration(text)).toBeCloseTo(milliseconds, 9);
});

test.each(['', '-', '30', '1d', 's', '1 s', '1s ', 'ten', '1e3s', '1s5', '.s', '1..5s'])(
  '%j is no duration',
  (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  },
);

test.each([
  [0, '0s'],
  [50, '50ms'],
  [2000, '2s'],
  [90_000, '1m30s'],
  [3_600_000, '1h'],
  [3_661_001, '1h1m1s1ms'],
  [-2000, '-2s'],
])('%d milliseconds are written %s', (milliseconds, text) => {
  expect(formatGoDuration(milliseconds)).toBe(text);
});

test('what is written is read as the same duration', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e10, max: 1e10 }), (milliseconds) => {
      expect(parseGoDuration(formatGoDuration(milliseconds))).toBe(milliseconds);
    }),
    { seed: 1 },
  );
});
