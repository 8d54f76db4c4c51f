import { Labels } from '../../../../lib/core/labels';
import { PoolGauge } from '../../../../lib/picker/admission/saturation/pool-gauge';
import { UtilizationDetector } from '../../../../lib/picker/admission/saturation/utilization-detector';
import { endpoints, metrics } from '../../../support/picker/builders';

function gauge(): PoolGauge {
  return new PoolGauge(new UtilizationDetector());
}

test('requests on their way to an endpoint count', () => {
  const pool = endpoints([{ metrics: metrics({ waiting: 1 }) }, { metrics: metrics({ waiting: 3 }) }]);

  expect(gauge().saturation(pool, 0, 3)).toBeCloseTo(0.4 + 3 / 10, 12);
});

test('a pool is as full as its fullest stage', () => {
  const role = (name: string): { labels: Record<string, string> } => ({ labels: { [Labels.INFERENCE_ROLE]: name } });
  const pool = endpoints([
    { ...role('prefill'), metrics: metrics({ waiting: 4 }) },
    { ...role('decode'), metrics: metrics({ waiting: 0 }) },
    { ...role('decode'), metrics: metrics({ waiting: 1 }) },
  ]);

  expect(gauge().saturation(pool, 0, 0)).toBe(0.8);
});

test('it looks again after a refresh, and not before', () => {
  const pool = endpoints([{ metrics: metrics({ waiting: 0 }) }]);
  const reads = gauge();
  expect(reads.saturation(pool, 0, 0)).toBe(0);
  pool[0]!.metrics = metrics({ waiting: 5 });

  expect(reads.saturation(pool, 0, 0)).toBe(0);
  reads.refresh();
  expect(reads.saturation(pool, 0, 0)).toBe(1);
});

test('other endpoints are read at once', () => {
  const reads = gauge();
  reads.saturation(endpoints([{ metrics: metrics({ waiting: 0 }) }]), 0, 0);

  expect(reads.saturation(endpoints([{ metrics: metrics({ waiting: 5 }) }]), 0, 0)).toBe(1);
});

test('no endpoints are full', () => {
  expect(gauge().saturation([], 0, 0)).toBe(1);
});
