import { LAST_READING_MS, UtilizationDetector } from '../../../../lib/picker/admission/saturation/utilization-detector';
import { UTILIZATION_DEFAULTS } from '../../../../lib/picker/admission/settings';
import { endpoint, endpoints, load, metrics } from '../../../support/picker/builders';

const NOW = 10_000;
const fresh = (waiting: number, kvCacheUsage = 0): { metrics: ReturnType<typeof metrics> } => ({
  metrics: metrics({ waiting, kvCacheUsage, at: NOW }),
});
const aged = (ms: number, waiting = 0): { metrics: ReturnType<typeof metrics> } => ({
  metrics: metrics({ waiting, at: NOW - ms }),
});

const detector = new UtilizationDetector();
const strict = new UtilizationDetector({ ...UTILIZATION_DEFAULTS, stalenessPolicy: 'saturated' });

test('the saturation is the mean of the fuller of queue and cache', () => {
  // max(2/5, 0.2/0.8) = 0.4 and max(1/5, 0.6/0.8) = 0.75
  const pool = endpoints([fresh(2, 0.2), fresh(1, 0.6)]);

  expect(detector.saturation(pool, NOW)).toBeCloseTo((0.4 + 0.75) / 2, 12);
});

test('a pool without endpoints is full', () => {
  expect(detector.saturation([], NOW)).toBe(1);
});

test('requests routed after the reading count as waiting', () => {
  const pool = endpoints([{ ...fresh(1), load: load({ requests: 9, unseenRequests: 4 }) }]);

  expect(detector.saturation(pool, NOW)).toBe(1);
});

test('numbers that a server does not report count as none', () => {
  const pool = endpoints([{ metrics: metrics({ waiting: undefined, kvCacheUsage: undefined, at: NOW }) }]);

  expect(detector.saturation(pool, NOW)).toBe(0);
});

describe('with stale readings', () => {
  test('a reading is fresh up to its last millisecond', () => {
    const pool = endpoints([aged(200)]);

    expect(strict.saturation(pool, NOW)).toBe(0);
    expect(strict.saturation(endpoints([aged(201)]), NOW)).toBe(1);
  });

  test('upstream takes stale and missing ones for full', () => {
    const pool = endpoints([fresh(0), aged(201), { metrics: undefined }, fresh(0)]);

    expect(strict.saturation(pool, NOW)).toBe(0.5);
  });

  test('a gap in all readings does not fill an idle pool', () => {
    const busy = { ...aged(500), load: load({ requests: 20, unseenRequests: 20 }) };

    expect(detector.saturation(endpoints([busy, busy]), NOW)).toBeCloseTo(0.2, 12);
  });

  test('a gap in all readings does not empty a full pool', () => {
    expect(detector.saturation(endpoints([aged(500, 10), aged(500, 10)]), NOW)).toBe(2);
  });

  test('an endpoint without a reading for long is left out', () => {
    const pool = endpoints([fresh(5), aged(LAST_READING_MS + 1), { metrics: undefined }]);

    expect(detector.saturation(pool, NOW)).toBe(1);
  });

  test('where nothing was read for long, own requests in flight decide', () => {
    const pool = endpoints([{ load: load({ requests: 150 }) }, { load: load({ requests: 50 }) }]);

    expect(detector.saturation(pool, NOW)).toBe(1);
  });
});

describe('as a filter', () => {
  test.each([
    [4, 0.79, 0, true],
    [5, 0, 0, false],
    [0, 0.8, 0, false],
    [5, 0.9, 0.2, true],
    [6, 0, 0.2, false],
    [0, 0.96, 0.2, false],
    // Twice 0.8 would be more than there is.
    [0, 0.99, 1, true],
    [0, 1, 1, false],
  ])('%d waiting and %d of the cache with headroom %d: fits is %p', (waiting, usage, headroom, expected) => {
    const limit = new UtilizationDetector({ ...UTILIZATION_DEFAULTS, headroom });

    expect(limit.fits(endpoint(fresh(waiting, usage)), NOW)).toBe(expected);
  });

  test('own requests since the reading take room', () => {
    expect(detector.fits(endpoint({ ...fresh(0), load: load({ unseenRequests: 5 }) }), NOW)).toBe(false);
  });

  test('stale endpoints fit by what is known of them, and never with upstream', () => {
    expect(detector.fits(endpoint(aged(500)), NOW)).toBe(true);
    expect(detector.fits(endpoint(aged(500, 5)), NOW)).toBe(false);
    expect(detector.fits(endpoint(), NOW)).toBe(true);
    expect(strict.fits(endpoint(aged(500)), NOW)).toBe(false);
  });

  test('a filter that finds no room keeps all', () => {
    expect(detector.whenNoneFits).toBe('all');
  });
});

test('one request more raises the saturation by its part of all queues', () => {
  expect(detector.increment(4)).toBe(1 / 20);
});
