import fc from 'fast-check';
import { resolvePickerConfig } from '../../../lib/picker/scheduling/config/load-config';
import { type Endpoint } from '../../../lib/picker/scheduling/endpoint';
import { singleProfileHandler } from '../../../lib/picker/scheduling/handlers/single';
import { type ProfileTrace, type Scheduled } from '../../../lib/picker/scheduling/outcome';
import { maxScorePicker } from '../../../lib/picker/scheduling/pickers/max-score';
import { type Filter, type Scorer, type SchedulingContext } from '../../../lib/picker/scheduling/plugin';
import { type FaultReport } from '../../../lib/picker/scheduling/plugin-fault';
import { type PrefixMatcher } from '../../../lib/picker/scheduling/prefix-matcher';
import { type Profile } from '../../../lib/picker/scheduling/profile';
import { Scheduler, type SchedulerOptions } from '../../../lib/picker/scheduling/scheduler';
import { endpoints, load, metrics, prompt, request, type TestEndpoint } from '../../support/picker/builders';

/** A scorer with a score for each slot. */
function scorer(name: string, bySlot: (slot: number, context: SchedulingContext) => number): Scorer {
  return {
    type: 'test-scorer',
    name,
    kind: 'scorer',
    score: (context, candidates, scores) => {
      candidates.forEach((endpoint, i) => (scores[i] = bySlot(endpoint.slot, context)));
    },
  };
}

function filter(name: string, fits: (endpoint: Endpoint) => boolean): Filter {
  return { type: 'test-filter', name, kind: 'filter', filter: (_context, candidates) => candidates.filter(fits) };
}

function profile(given: Partial<Profile> = {}): Profile {
  return { name: 'default', shadow: false, filters: [], scorers: [], picker: maxScorePicker('picker', 1), ...given };
}

const handler = singleProfileHandler('handler');
const scheduler = (given: Partial<SchedulerOptions> = {}) =>
  new Scheduler({ profiles: [profile()], handler, ...given });

function schedule(of: Scheduler, candidates: readonly Endpoint[], seed = 1, given = request()) {
  const profiles: ProfileTrace[] = [];
  const outcome = of.schedule(given, candidates, { now: 0, seed }, { explain: true, profiles });
  return { outcome, trace: profiles[0]!, profiles };
}

const slotsOf = (given: readonly Endpoint[]): readonly number[] => given.map(({ slot }) => slot);

describe('a decision', () => {
  test('adds up clamped scores by weight; NaN counts as 0', () => {
    const of = scheduler({
      profiles: [
        profile({
          scorers: [
            { scorer: scorer('a', (slot) => [0.5, 7, NaN][slot]!), weight: 2 },
            { scorer: scorer('b', (slot) => [1, -1, 0.25][slot]!), weight: 3 },
          ],
        }),
      ],
    });

    const { trace } = schedule(of, endpoints(3));

    expect([...trace.totals]).toEqual([4, 2, 0.75]);
    expect(trace.scorers.map(({ scores }) => [...scores])).toEqual([
      [0.5, 1, 0],
      [1, 0, 0.25],
    ]);
    expect(slotsOf(trace.picked)).toEqual([0]);
  });

  test('runs filters in their order', () => {
    const filters = [filter('odd', ({ slot }) => slot % 2 === 1), filter('small', ({ slot }) => slot < 3)];

    const { outcome, trace } = schedule(scheduler({ profiles: [profile({ filters })] }), endpoints(6));

    expect(slotsOf((outcome as Scheduled).endpoints)).toEqual([1]);
    expect(trace.filters.map(({ plugin, kept }) => [plugin, slotsOf(kept)])).toEqual([
      ['odd', [1, 3, 5]],
      ['small', [1]],
    ]);
  });

  test('without candidates is none', () => {
    expect(scheduler().schedule(request(), [], { now: 0, seed: 1 })).toEqual({
      kind: 'unschedulable',
      cause: 'no-endpoints',
      message: 'no endpoint is ready to serve the request',
    });
  });

  test('whose filters leave nothing says so', () => {
    const of = scheduler({ profiles: [profile({ filters: [filter('none', () => false)] })] });

    expect(schedule(of, endpoints(2)).outcome).toEqual({
      kind: 'unschedulable',
      cause: 'filtered',
      message: 'no endpoints available for the given request',
    });
  });

  test('gives the same for the same seed, and spreads ties over seeds', () => {
    const of = scheduler();
    const picks = Array.from({ length: 50 }, (_, seed) => slotsOf(schedule(of, endpoints(4), seed).trace.picked)[0]);

    expect(picks).toEqual(
      Array.from({ length: 50 }, (_, seed) => slotsOf(schedule(of, endpoints(4), seed).trace.picked)[0]),
    );
    expect(new Set(picks).size).toBe(4);
  });

  test('grows with the number of candidates', () => {
    const many = scheduler({
      profiles: [profile({ scorers: [{ scorer: scorer('a', (slot) => slot / 500), weight: 1 }] })],
    });

    expect(slotsOf(schedule(many, endpoints(500)).trace.picked)).toEqual([499]);
    expect(slotsOf(schedule(many, endpoints(3)).trace.picked)).toEqual([2]);
  });
});

describe('the prefix index', () => {
  const calls: number[] = [];
  const prefixes: PrefixMatcher = {
    match(given, matched) {
      calls.push(given.hashes.length);
      matched[1] = 2;
      return 2;
    },
  };
  const seen = scorer('prefix', (slot, context) => context.matchedBlocks(endpoints(slot + 1)[slot]!) / 4);
  const of = scheduler({
    prefixes,
    profiles: [profile({ scorers: [{ scorer: seen, weight: 1 }] }), profile({ name: 'shadow', shadow: true })],
  });
  const given = request({ prompt: prompt([1, 2, 3, 4]), promptTokens: 250 });

  test('is asked once for a decision', () => {
    calls.length = 0;

    expect([...schedule(of, endpoints(3), 1, given).trace.totals]).toEqual([0, 0.5, 0]);
    expect(calls).toEqual([4]);
  });

  test('is not asked for requests without a prompt, and leaves nothing of the one before', () => {
    schedule(of, endpoints(3), 1, given);
    calls.length = 0;

    expect([...schedule(of, endpoints(3)).trace.totals]).toEqual([0, 0, 0]);
    expect(calls).toEqual([]);
  });

  test('says what the targets of a decision have to compute', () => {
    const { outcome } = schedule(of, endpoints(3), 1, given);

    expect(of.targets((outcome as Scheduled).picks)).toMatchObject([
      { profile: 'default', endpoint: { slot: 1 }, matchedBlocks: 2, uncachedTokens: 122 },
    ]);
  });

  test('is not asked when the moment brings its own matches and metrics', () => {
    calls.length = 0;
    const own = { now: 0, seed: 1, matchedBlocks: () => 4, metrics: () => metrics({ waiting: 3 }) };
    const contexts: (number | undefined)[] = [];
    const probe = scorer('probe', (_slot, context) => context.metrics(endpoints(1)[0]!)?.waiting ?? 0);
    const replay = scheduler({ prefixes, profiles: [profile({ scorers: [{ scorer: probe, weight: 1 }] })] });
    const profiles: ProfileTrace[] = [];

    replay.schedule(given, endpoints(1), own, { explain: false, profiles });

    expect([...profiles[0]!.totals, ...contexts, ...calls]).toEqual([1]);
  });
});

test.each([
  [2000, true],
  [2001, false],
])('metrics that are %i ms old are believed: %s', (now, believed) => {
  const seen: boolean[] = [];
  const probe = scorer('probe', (_slot, context) => seen.push(context.metrics(pod!) !== undefined));
  const [pod] = endpoints([{ metrics: metrics({ at: 0 }) }]);
  const of = scheduler({ profiles: [profile({ scorers: [{ scorer: probe, weight: 1 }] })] });

  of.schedule(request(), [pod!], { now, seed: 1 });

  expect(seen).toEqual([believed]);
});

describe('a plugin that throws', () => {
  const broken = (): never => {
    throw new Error('out of ideas');
  };

  test.each<[string, Partial<Profile>]>([
    ['scorer', { scorers: [{ scorer: { ...scorer('bad', () => 1), score: broken }, weight: 1 }] }],
    ['filter', { filters: [{ ...filter('bad', () => true), filter: broken }] }],
    ['picker', { picker: { type: 'p', name: 'bad', kind: 'picker', pick: broken } }],
  ])('as a %s takes no part, and is reported', (_kind, given) => {
    const faults: FaultReport[] = [];
    const good = { scorer: scorer('good', (slot) => slot), weight: 1 };
    const of = scheduler({
      profiles: [profile({ ...given, scorers: [...(given.scorers ?? []), good] })],
      onFault: (fault) => faults.push(fault),
    });

    const { trace } = schedule(of, endpoints(2));

    const fault = { plugin: 'bad', kind: 'threw', message: 'out of ideas' };
    expect(slotsOf(trace.picked)).toEqual([1]);
    expect(faults).toEqual([fault]);
    expect(trace.faults).toEqual([fault]);
  });

  test('midway through its scores leaves none of them', () => {
    const half = scorer('half', (slot) => (slot === 0 ? 1 : broken()));
    const of = scheduler({ profiles: [profile({ scorers: [{ scorer: half, weight: 1 }] })] });

    expect([...schedule(of, endpoints(2)).trace.totals]).toEqual([0, 0]);
  });
});

describe('a shadow profile', () => {
  const prefer = (name: string, slot: number, shadow: boolean): Profile =>
    profile({ name, shadow, scorers: [{ scorer: scorer(name, (of) => (of === slot ? 1 : 0)), weight: 1 }] });

  test('is recorded and not acted on', () => {
    const of = scheduler({ profiles: [prefer('shadow', 1, true), prefer('default', 0, false)] });

    const { outcome, profiles } = schedule(of, endpoints(2));

    expect(slotsOf((outcome as Scheduled).endpoints)).toEqual([0]);
    expect(profiles.map((trace) => [trace.profile, trace.shadow, slotsOf(trace.picked)])).toEqual([
      ['default', false, [0]],
      ['shadow', true, [1]],
    ]);
  });

  test('changes no draw of the decision', () => {
    const alone = scheduler();
    const shadowed = scheduler({ profiles: [profile(), profile({ name: 'shadow', shadow: true })] });

    for (let seed = 0; seed < 30; seed++) {
      expect(slotsOf(schedule(shadowed, endpoints(5), seed).trace.picked)).toEqual(
        slotsOf(schedule(alone, endpoints(5), seed).trace.picked),
      );
    }
  });

  test('does not run without a record', () => {
    let runs = 0;
    const counting = profile({
      name: 'shadow',
      shadow: true,
      scorers: [{ scorer: scorer('c', () => ++runs), weight: 1 }],
    });

    scheduler({ profiles: [profile(), counting] }).schedule(request(), endpoints(1), { now: 0, seed: 1 });

    expect(runs).toBe(0);
  });
});

test('a handler that asks for the same profile again is an error of the program', () => {
  const endless = { ...handler, next: () => 'default' };

  expect(() => schedule(scheduler({ handler: endless }), endpoints(1))).toThrow(
    "single-profile-handler asked for profile 'default', which ran",
  );
});

test('every plugin is listed once', () => {
  const shared = scorer('shared', () => 1);
  const profiles = [
    profile({ scorers: [{ scorer: shared, weight: 1 }] }),
    profile({ name: 'shadow', shadow: true, scorers: [{ scorer: shared, weight: 5 }] }),
  ];

  expect(scheduler({ profiles }).plugins.filter(({ name }) => name === 'shared')).toHaveLength(1);
});

describe('whatever the pods are like', () => {
  const TYPES = [
    'active-request-scorer',
    'context-length-aware',
    'kv-cache-utilization-scorer',
    'latency-cost-scorer',
    'load-aware-scorer',
    'lora-affinity-scorer',
    'prefix-cache-scorer',
    'queue-scorer',
    'running-requests-size-scorer',
    'token-load-scorer',
  ];
  const number = fc.option(fc.nat(200), { nil: undefined });
  const pod = fc
    .record({
      measured: fc.boolean(),
      waiting: number,
      running: number,
      kvCacheUsage: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      adapters: fc.subarray(['llama', 'sql', 'chat']),
      maxAdapters: fc.nat(3),
      requests: fc.nat(50),
      unseenRequests: fc.nat(5),
      prefillTokens: fc.nat(5_000_000),
      range: fc.constantFrom('0-100', '50-5000', 'x', undefined),
    })
    .map(({ measured, adapters, requests, unseenRequests, prefillTokens, range, ...given }): Partial<TestEndpoint> => ({
      metrics: measured ? metrics({ ...given, runningAdapters: new Set(adapters) }) : undefined,
      load: load({ requests, unseenRequests, prefillTokens }),
      labels: range === undefined ? {} : { 'llm-d.ai/context-length-range': range },
    }));
  const pods = fc.array(pod, { minLength: 1, maxLength: 12 }).map((given) => endpoints(given));
  const given = request({ prompt: prompt([1, 2, 3]), promptTokens: 180 });
  const run = (candidates: readonly Endpoint[], weight = 1) => {
    const { profiles } = resolvePickerConfig({
      plugins: TYPES.map((type) => ({ type })),
      schedulingProfiles: [{ name: 'default', plugins: TYPES.map((pluginRef) => ({ pluginRef, weight })) }],
    });
    const traces: ProfileTrace[] = [];
    const moment = { now: 0, seed: 1, matchedBlocks: ({ slot }: Endpoint) => slot % 4 };
    scheduler({ profiles }).schedule(given, candidates, moment, { explain: true, profiles: traces });
    return traces[0]!;
  };
  const bySlot = ({ candidates, totals }: ProfileTrace) =>
    new Map(candidates.map(({ slot }, i) => [slot, totals[i]!] as const));

  test('scores are from 0 to 1 before they are clamped', () => {
    const raw = fc.property(pods, (candidates) => {
      const { profiles } = resolvePickerConfig({ plugins: TYPES.map((type) => ({ type })) });
      for (const { scorer: of } of profiles[0]!.scorers) {
        const scores = new Float64Array(candidates.length);
        of.score(probe(candidates), candidates, scores);
        for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
      }
    });
    fc.assert(raw, { seed: 3, numRuns: 200 });
  });

  test('the order of the candidates changes no total', () => {
    const rule = fc.property(pods, fc.nat(), (candidates, turn) => {
      const at = turn % candidates.length;
      const turned = [...candidates.slice(at), ...candidates.slice(0, at)].reverse();
      const [straight, other] = [bySlot(run(candidates)), bySlot(run(turned))];

      for (const [slot, total] of straight) expect(other.get(slot)).toBeCloseTo(total, 9);
    });
    fc.assert(rule, { seed: 3, numRuns: 100 });
  });

  test('weights scale totals', () => {
    const rule = fc.property(pods, fc.constantFrom(0, 0.5, 2, 8), (candidates, weight) => {
      const [once, scaled] = [run(candidates), run(candidates, weight)];

      scaled.totals.forEach((total, i) => {
        expect(total).toBeCloseTo(weight * once.totals[i]!, 9);
      });
    });
    fc.assert(rule, { seed: 3, numRuns: 50 });
  });

  test('filters keep candidates in their order', () => {
    const filters = ['decode-filter', 'utilization-detector', 'concurrency-detector', 'prefix-cache-affinity-filter'];
    const rule = fc.property(pods, (candidates) => {
      const { profiles } = resolvePickerConfig({
        plugins: filters.map((type) => ({ type })),
        schedulingProfiles: [{ name: 'default', plugins: filters.map((pluginRef) => ({ pluginRef })) }],
      });
      for (const of of profiles[0]!.filters) {
        const kept = of.filter(probe(candidates), candidates);
        expect(candidates.filter((candidate) => kept.includes(candidate))).toEqual(kept);
      }
    });
    fc.assert(rule, { seed: 3, numRuns: 100 });
  });

  function probe(candidates: readonly Endpoint[]): SchedulingContext {
    return {
      request: given,
      now: 0,
      random: () => 0.5,
      metrics: (at) => at.metrics,
      matchedBlocks: ({ slot }) => slot % 4,
      uncachedTokens: ({ slot }) => Math.max(0, 180 - (slot % 4) * 64),
      picked: new Map([['other', candidates]]),
    };
  }
});
