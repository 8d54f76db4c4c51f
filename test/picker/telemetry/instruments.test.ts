import * as fc from 'fast-check';
import { Histogram } from '../../../lib/picker/telemetry/instruments';

const BOUNDS = [0.1, 1, 10];

test('every value falls into the first bucket whose bound it does not exceed', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: -5, max: 20 })), (values) => {
      const histogram = new Histogram(BOUNDS);
      for (const value of values) histogram.observe(value);

      const limits = [-Infinity, ...BOUNDS, Infinity];
      const expected = limits
        .slice(1)
        .map((limit, i) => values.filter((value) => value <= limit && value > (limits[i] ?? 0)).length);
      expect([...histogram.counts]).toEqual(expected);
    }),
    { seed: 20260801 },
  );
});

test('what is no number is left out', () => {
  const histogram = new Histogram(BOUNDS);
  histogram.observe(NaN);

  expect([...histogram.counts, histogram.sum]).toEqual([0, 0, 0, 0, 0]);
});
