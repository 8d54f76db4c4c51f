import { KV_CACHE_UTILIZATION } from '../../../../lib/picker/scheduling/scorers/kv-cache-utilization';
import { LOAD_AWARE } from '../../../../lib/picker/scheduling/scorers/load-aware';
import { LORA_AFFINITY } from '../../../../lib/picker/scheduling/scorers/lora-affinity';
import { QUEUE } from '../../../../lib/picker/scheduling/scorers/queue';
import { RUNNING_REQUESTS } from '../../../../lib/picker/scheduling/scorers/running-requests';
import { endpoints, load, metrics, request, schedulingContext } from '../../../support/picker/builders';
import { make, scoresOf } from '../../../support/picker/scoring';

describe('queue-scorer', () => {
  const { plugin } = make(QUEUE);

  test('scales between the shortest and the longest queue', () => {
    const candidates = endpoints([2, 0, 8].map((waiting) => ({ metrics: metrics({ waiting }) })));

    expect(scoresOf(plugin, candidates)).toEqual([0.75, 1, 0]);
  });

  test('gives all 1 when the queues are equal', () => {
    expect(scoresOf(plugin, endpoints([3, 3].map((waiting) => ({ metrics: metrics({ waiting }) }))))).toEqual([1, 1]);
  });

  test('counts what was routed since the reading', () => {
    const candidates = endpoints([
      { metrics: metrics({ waiting: 0 }), load: load({ unseenRequests: 4 }) },
      { metrics: metrics({ waiting: 2 }) },
    ]);

    expect(scoresOf(plugin, candidates)).toEqual([0, 1]);
  });

  test('takes an endpoint without metrics for an average one, not for an idle one', () => {
    const candidates = endpoints([
      { metrics: metrics({ waiting: 0 }) },
      { metrics: metrics({ waiting: 4 }) },
      { metrics: metrics({ waiting: 3 }) },
      {},
      { metrics: metrics({ waiting: undefined }) },
    ]);

    // (1 + 0 + 0.25) / 3
    expect(scoresOf(plugin, candidates)).toEqual([1, 0, 0.25, 1.25 / 3, 1.25 / 3]);
  });

  test('gives all 1 when nothing is known', () => {
    expect(scoresOf(plugin, endpoints(2))).toEqual([1, 1]);
  });

  test('says what it saw', () => {
    const [busy, unknown] = endpoints([{ metrics: metrics({ waiting: 2 }), load: load({ unseenRequests: 1 }) }, {}]);

    expect(plugin.explain?.(schedulingContext(), busy!)).toEqual({ waiting: 2, routedSince: 1 });
    expect(plugin.explain?.(schedulingContext(), unknown!)).toEqual({ waiting: 'unknown', routedSince: 0 });
  });
});

describe('running-requests-size-scorer', () => {
  const { plugin } = make(RUNNING_REQUESTS);

  test('scales between the smallest and the largest batch', () => {
    const candidates = endpoints([10, 20, 60].map((running) => ({ metrics: metrics({ running }) })));

    expect(scoresOf(plugin, candidates)).toEqual([1, 0.8, 0]);
  });

  test('takes an unknown batch for an average one', () => {
    const candidates = endpoints([{ metrics: metrics({ running: 10 }) }, { metrics: metrics({ running: 20 }) }, {}]);

    expect(scoresOf(plugin, candidates)).toEqual([1, 0, 0.5]);
  });
});

describe('kv-cache-utilization-scorer', () => {
  const { plugin } = make(KV_CACHE_UTILIZATION);

  test('is the free part of the cache, and the mean of the others where it is not known', () => {
    const candidates = endpoints([
      { metrics: metrics({ kvCacheUsage: 0.875 }) },
      { metrics: metrics({ kvCacheUsage: 0.625 }) },
      { metrics: metrics({ kvCacheUsage: undefined }) },
      {},
    ]);

    expect(scoresOf(plugin, candidates)).toEqual([0.125, 0.375, 0.25, 0.25]);
  });

  test('is a half for all while nothing is known of any', () => {
    expect(scoresOf(plugin, endpoints([{ metrics: metrics({ kvCacheUsage: undefined }) }, {}]))).toEqual([0.5, 0.5]);
  });
});

describe('load-aware-scorer', () => {
  test.each([
    [0, 0.5],
    [32, 0.375],
    [64, 0.25],
    [128, 0],
    [500, 0],
  ])('%i waiting requests give %f', (waiting, score) => {
    expect(scoresOf(make(LOAD_AWARE).plugin, endpoints([{ metrics: metrics({ waiting }) }]))).toEqual([score]);
  });

  test('has the threshold of its parameters', () => {
    const candidates = endpoints([{ metrics: metrics({ waiting: 5 }) }]);

    expect(scoresOf(make(LOAD_AWARE, { threshold: 10 }).plugin, candidates)).toEqual([0.25]);
  });

  test('takes an unknown queue for an average one', () => {
    const candidates = endpoints([{ metrics: metrics({ waiting: 64 }) }, {}]);

    expect(scoresOf(make(LOAD_AWARE).plugin, candidates)).toEqual([0.25, 0.25]);
    expect(scoresOf(make(LOAD_AWARE).plugin, endpoints(1))).toEqual([0.5]);
  });

  test('refuses a threshold of zero', () => {
    expect(make(LOAD_AWARE, { threshold: 0 }).problems).toEqual([
      "threshold of plugin 'load-aware-scorer' is 0: it takes a number above 0; use such a value, or leave it out for 128",
    ]);
  });
});

describe('lora-affinity-scorer', () => {
  const { plugin } = make(LORA_AFFINITY);
  const forSql = schedulingContext({ request: request({ model: 'sql' }) });

  test.each([
    ['has it in memory', { runningAdapters: new Set(['sql']), maxAdapters: 1 }, 1],
    ['has a free place', { runningAdapters: new Set(['chat']), maxAdapters: 2 }, 0.8],
    ['will load it', { runningAdapters: new Set(['chat']), waitingAdapters: new Set(['sql']), maxAdapters: 2 }, 0.6],
    ['is full', { runningAdapters: new Set(['chat']), waitingAdapters: new Set(['code']), maxAdapters: 2 }, 0],
    ['knows no adapters', {}, 0],
  ])('a pod that %s', (_name, given, score) => {
    expect(scoresOf(plugin, endpoints([{ metrics: metrics(given) }]), forSql)).toEqual([score]);
  });

  test('takes a pod without metrics for an average one', () => {
    const candidates = endpoints([
      { metrics: metrics({ runningAdapters: new Set(['sql']) }) },
      { metrics: metrics({ maxAdapters: 2 }) },
      {},
    ]);

    expect(scoresOf(plugin, candidates, forSql)).toEqual([1, 0.8, 0.9]);
  });
});
