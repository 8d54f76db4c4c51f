import * as fc from 'fast-check';
import { percentilesOf, TimeWindow } from '../../../lib/local/stack/time-window';

test('a window has the values of its time, and no older ones', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3000 }), (gaps) => {
      const window = new TimeWindow(1000);
      let now = 0;
      const all = gaps.map((gap, i) => {
        now += gap;
        window.add(now, i);
        return { at: now, value: i };
      });

      const expected = all.filter(({ at }) => at > now - 1000).map(({ value }) => value);
      expect(window.values(now)).toEqual(expected);
      expect(window.sum(now + 2000)).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test('percentiles are values that occurred', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);

  expect(percentilesOf(values)).toEqual({ p50: 50, p90: 90, p99: 99 });
  expect(percentilesOf([7])).toEqual({ p50: 7, p90: 7, p99: 7 });
  expect(percentilesOf([])).toEqual({ p50: undefined, p90: undefined, p99: undefined });
});
