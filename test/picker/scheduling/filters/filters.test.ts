import { UTILIZATION_DEFAULTS } from '../../../../lib/picker/admission/settings';
import { CONCURRENCY_DETECTOR, UTILIZATION_DETECTOR } from '../../../../lib/picker/scheduling/config/saturation';
import { BY_LABEL, BY_LABEL_SELECTOR, LABEL_SELECTOR } from '../../../../lib/picker/scheduling/filters/label-selector';
import { PREFIX_CACHE_AFFINITY } from '../../../../lib/picker/scheduling/filters/prefix-cache-affinity';
import { DECODE, ENCODE, PREFILL } from '../../../../lib/picker/scheduling/filters/role';
import { UTILIZATION } from '../../../../lib/picker/scheduling/filters/utilization';
import { type Endpoint } from '../../../../lib/picker/scheduling/endpoint';
import { type Filter, type Plugin, type SchedulingContext } from '../../../../lib/picker/scheduling/plugin';
import { endpoints, load, metrics, prompt, request, schedulingContext } from '../../../support/picker/builders';
import { make } from '../../../support/picker/scoring';

const slots = (plugin: Plugin, candidates: readonly Endpoint[], context: SchedulingContext = schedulingContext()) =>
  (plugin as Filter).filter(context, candidates).map(({ slot }) => slot);

const labelled = (key: string, values: readonly (string | undefined)[]) =>
  endpoints(values.map((value) => ({ labels: value === undefined ? {} : { [key]: value } })));

describe('role filters', () => {
  const ROLES = [
    'decode',
    'prefill',
    'encode',
    'prefill-decode',
    'both',
    'encode-prefill',
    'encode-prefill-decode',
    'x',
  ];
  const pods = labelled('llm-d.ai/role', [...ROLES, undefined]);
  const roles = (plugin: Plugin): readonly string[] => slots(plugin, pods).map((slot) => ROLES[slot] ?? 'none');

  test('of decoding take pods without a role too', () => {
    expect(roles(make(DECODE).plugin)).toEqual(['decode', 'prefill-decode', 'both', 'encode-prefill-decode', 'none']);
  });

  test('of prefilling', () => {
    expect(roles(make(PREFILL).plugin)).toEqual([
      'prefill',
      'prefill-decode',
      'both',
      'encode-prefill',
      'encode-prefill-decode',
    ]);
  });

  test('of encoding', () => {
    expect(roles(make(ENCODE).plugin)).toEqual(['encode', 'encode-prefill', 'encode-prefill-decode']);
  });
});

describe('label selectors', () => {
  const pods = labelled('gpu', ['h100', 'l4', undefined]);
  const select = (parameters: never) => slots(make(LABEL_SELECTOR, parameters).plugin, pods);

  test.each([
    ['equal labels', { matchLabels: { gpu: 'h100' } }, [0]],
    ['In', { matchExpressions: [{ key: 'gpu', operator: 'In', values: ['h100', 'a100'] }] }, [0]],
    [
      'NotIn, which takes pods without the label',
      { matchExpressions: [{ key: 'gpu', operator: 'NotIn', values: ['l4'] }] },
      [0, 2],
    ],
    ['Exists', { matchExpressions: [{ key: 'gpu', operator: 'Exists' }] }, [0, 1]],
    ['DoesNotExist', { matchExpressions: [{ key: 'gpu', operator: 'DoesNotExist' }] }, [2]],
    [
      'all conditions at once',
      { matchLabels: { gpu: 'l4' }, matchExpressions: [{ key: 'gpu', operator: 'NotIn', values: ['l4'] }] },
      [],
    ],
    ['nothing, which takes all', {}, [0, 1, 2]],
  ])('by %s', (_name, parameters, kept) => {
    expect(select(parameters as never)).toEqual(kept);
  });

  test('are read strictly', () => {
    const expressions = [
      { operator: 'In' },
      { key: 'a', operator: 'Exists', values: ['b'] },
      { key: 'a', operator: 'in' },
    ];

    expect(make(LABEL_SELECTOR, { matchLabels: { gpu: 1 }, matchExpressions: expressions }).problems).toEqual([
      "matchLabels.gpu of plugin 'label-selector-filter' is 1: it takes a text; use such a value, or leave it out",
      "matchExpressions[0].key of plugin 'label-selector-filter' is not given: a condition is on the label of that name; name a label",
      "matchExpressions[0].values of plugin 'label-selector-filter' is not given: In compares with them; list at least one",
      'matchExpressions[1].values of plugin \'label-selector-filter\' is ["b"]: Exists asks for the label alone; remove them',
      'matchExpressions[2].operator of plugin \'label-selector-filter\' is "in": it takes In, NotIn, Exists or DoesNotExist; ' +
        'use such a value, or leave it out for Exists',
    ]);
  });

  test('have an older name', () => {
    expect(slots(make(BY_LABEL_SELECTOR, { matchLabels: { gpu: 'l4' } }).plugin, pods)).toEqual([1]);
  });

  test('have an older form with the values of one label', () => {
    const parameters = { label: 'gpu', validValues: ['l4'] };

    expect(slots(make(BY_LABEL, parameters).plugin, pods)).toEqual([1]);
    expect(slots(make(BY_LABEL, { ...parameters, allowsNoLabel: true }).plugin, pods)).toEqual([1, 2]);
  });
});

describe('utilization-filter', () => {
  const condition = (metric: string, maxValue: number) => ({ conditions: [{ metric, maxValue }] });
  const pods = endpoints([
    { metrics: metrics({ waiting: 1, running: 5, kvCacheUsage: 0.5 }), load: load({ requests: 2 }) },
    { metrics: metrics({ waiting: 0, running: 9, kvCacheUsage: 0.9 }), load: load({ requests: 3, unseenRequests: 2 }) },
    {},
  ]);

  test.each([
    ['active-requests', 2, [0, 2]],
    ['running-requests', 5, [0]],
    ['waiting-queue', 1, [0]],
    ['kv-cache-utilization', 0.9, [0, 1]],
  ])('limits %s to %f', (metric, most, kept) => {
    expect(slots(make(UTILIZATION, condition(metric, most)).plugin, pods)).toEqual(kept);
  });

  test('keeps endpoints without metrics when no other is left', () => {
    expect(slots(make(UTILIZATION, condition('running-requests', 1)).plugin, pods)).toEqual([2]);
  });

  test('may leave none, or all in place of none', () => {
    const known = pods.slice(0, 2);
    const parameters = condition('running-requests', 1);

    expect(slots(make(UTILIZATION, parameters).plugin, known)).toEqual([]);
    expect(slots(make(UTILIZATION, { ...parameters, fallbackOnEmpty: true }).plugin, known)).toEqual([0, 1]);
  });
});

describe('prefix-cache-affinity-filter', () => {
  const of = request({ prompt: prompt([1, 2, 3, 4, 5]), promptTokens: 320 });
  const context = schedulingContext({ request: of, matched: [4, 3, 5] });

  test('keeps endpoints with four fifths of the prompt', () => {
    expect(slots(make(PREFIX_CACHE_AFFINITY).plugin, endpoints(3), context)).toEqual([0, 2]);
  });

  test('keeps all when none has as much', () => {
    const cold = schedulingContext({ request: of, matched: [3] });

    expect(slots(make(PREFIX_CACHE_AFFINITY).plugin, endpoints(3), cold)).toEqual([0, 1, 2]);
  });

  // 18 s at 15,928 tokens a second are 286,704 tokens.
  test.each([
    [286_704, [0]],
    [286_705, [0, 1]],
  ])('with %i tokens before the holder keeps %j', (prefillTokens, kept) => {
    const pods = endpoints([{ load: load({ prefillTokens }) }, {}]);

    expect(slots(make(PREFIX_CACHE_AFFINITY).plugin, pods, context)).toEqual(kept);
  });

  test('compares with the wait elsewhere', () => {
    const pods = endpoints([{ load: load({ prefillTokens: 500_000 }) }, { load: load({ prefillTokens: 400_000 }) }]);

    expect(slots(make(PREFIX_CACHE_AFFINITY).plugin, pods, context)).toEqual([0]);
  });

  test('sticks whatever the wait when the penalty is 0', () => {
    const pods = endpoints([{ load: load({ prefillTokens: 1e9 }) }, {}]);

    expect(slots(make(PREFIX_CACHE_AFFINITY, { maxTTFTPenaltyMs: 0 }).plugin, pods, context)).toEqual([0]);
  });

  test.each([
    [0.09, [0, 1, 2]],
    [0.1, [0, 2]],
  ])('explores by chance: %f', (chance, kept) => {
    const { plugin } = make(PREFIX_CACHE_AFFINITY, { explorationProbability: 0.1 });

    expect(slots(plugin, endpoints(3), { ...context, random: () => chance })).toEqual(kept);
  });

  test('has no latency predictor', () => {
    expect(make(PREFIX_CACHE_AFFINITY, { ttftSource: 'latencyPredictor' }).problems).toEqual([
      'ttftSource of plugin \'prefix-cache-affinity-filter\' is "latencyPredictor": ' +
        'this picker runs no latency predictor; use prefillThroughput',
    ]);
  });
});

describe('saturation detectors in a profile', () => {
  test('keep endpoints with short queues and free caches', () => {
    const pods = endpoints([
      { metrics: metrics({ waiting: 4, kvCacheUsage: 0.79 }) },
      { metrics: metrics({ waiting: 5 }) },
      { metrics: metrics({ kvCacheUsage: 0.8 }) },
    ]);

    expect(slots(make(UTILIZATION_DETECTOR).plugin, pods)).toEqual([0]);
    expect(slots(make(UTILIZATION_DETECTOR).plugin, pods.slice(1))).toEqual([1, 2]);
  });

  test('keep endpoints with few requests, and none when all are full', () => {
    const pods = endpoints([{ load: load({ requests: 1 }) }, { load: load({ requests: 2 }) }]);

    expect(slots(make(CONCURRENCY_DETECTOR, { maxConcurrency: 2 }).plugin, pods)).toEqual([0]);
    expect(slots(make(CONCURRENCY_DETECTOR, { maxConcurrency: 1 }).plugin, pods)).toEqual([]);
  });

  test('carry their settings', () => {
    const { plugin } = make(UTILIZATION_DETECTOR, { metricsStalenessThreshold: '1.5s', stalenessPolicy: 'saturated' });

    expect(UTILIZATION_DETECTOR.settings(plugin)).toEqual({
      ...UTILIZATION_DEFAULTS,
      metricsStalenessThresholdMs: 1500,
      stalenessPolicy: 'saturated',
    });
  });
});
