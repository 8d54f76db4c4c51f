import * as fc from 'fast-check';
import type { DecisionExport } from '../../../lib/picker/director/decision-record';
import { replay, type SchedulerPlan } from '../../../lib/picker/director/replay';
import { loadPickerConfig } from '../../../lib/picker/scheduling/config/load-config';
import { configOf, exportsOf, scenarios } from '../../support/picker/random-decisions';
import { profile, everyProfile, scorerOf, testDirector } from '../../support/picker/director-parts';
import { DebugPages } from '../../../lib/picker/director/debug-pages';
import type { Profile } from '../../../lib/picker/scheduling/profile';

function planOf(configText: string): SchedulerPlan {
  const { profiles, handler, plugins } = loadPickerConfig(configText, 'config.yaml');
  return { profiles, handler, others: plugins };
}

test('every decision of the bundled plugins comes out the same, score by score and pick by pick', () => {
  let decisions = 0;
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const plan = planOf(configOf(scenario));
      for (const text of exportsOf(scenario)) {
        const exported = JSON.parse(text) as DecisionExport;
        const again = replay(exported, plan);

        expect(again).toMatchObject({ difference: undefined, result: exported.record.scheduling?.result });
        decisions++;
      }
    }),
    { numRuns: 120, seed: 42 },
  );
  expect(decisions).toBeGreaterThan(250);
});

/** A decision of profiles, exported and read again. */
function exported(profiles: readonly Profile[], times = 1): DecisionExport {
  const world = testDirector({ profiles });
  for (let i = 0; i < times; i++) void world.send({ headers: { authorization: 'Bearer x' } });
  const pages = new DebugPages({ ...world, configText: 'a: b', now: () => 0 });
  const id = world.log.latest()[0]?.id ?? '';
  const page = pages.answer(`/debug/decisions/${id}/export`, new URLSearchParams());
  return JSON.parse(page?.body ?? '') as DecisionExport;
}

const plan = (...profiles: readonly Profile[]): SchedulerPlan => ({ profiles, handler: everyProfile() });
const scoring = (score: Parameters<typeof scorerOf>[0], weight = 1): Profile =>
  profile({ scorers: [{ scorer: scorerOf(score), weight }] });

/** A scorer with a memory of its own: how often it was asked. */
function counting(): Profile {
  let asked = 0;
  const scorer = scorerOf(() => 0, {
    score(_context, candidates, scores) {
      candidates.forEach((_, i) => (scores[i] = 1 / (1 + asked + i)));
      asked++;
    },
    capture: () => asked,
    restore(state) {
      asked = Number(state);
    },
  });
  return profile({ scorers: [{ scorer, weight: 1 }] });
}

test('a scorer with a memory gets it back', () => {
  expect(replay(exported([counting()], 5), plan(counting()))).toMatchObject({ difference: undefined });
});

test('a scorer that stands in two profiles has the memory of each', () => {
  const two = (): readonly Profile[] => {
    const shared = counting();
    return [
      { ...shared, name: 'one' },
      { ...shared, name: 'two' },
    ];
  };

  expect(replay(exported(two(), 3), plan(...two()))).toMatchObject({ difference: undefined });
});

test('a scorer that failed fails again', () => {
  const failing = profile({
    scorers: [
      {
        scorer: scorerOf(() => {
          throw new Error('flaky');
        }),
        weight: 1,
      },
    ],
  });

  expect(replay(exported([failing]), plan(scoring(() => 1)))).toMatchObject({ difference: undefined });
});

test('a shadow profile is replayed too', () => {
  const shadow = { ...scoring(({ slot }) => slot / 4), name: 'other', shadow: true };

  expect(
    replay(
      exported([scoring(() => 1), shadow]),
      plan(
        scoring(() => 1),
        shadow,
      ),
    ),
  ).toMatchObject({
    difference: undefined,
    profiles: [{ profile: 'default' }, { profile: 'other', shadow: true }],
  });
});

describe('the first difference', () => {
  const recorded = exported([scoring(({ slot }) => slot / 4)]);
  const difference = (...profiles: readonly Profile[]): unknown => {
    const again = replay(recorded, plan(...profiles));
    return 'what' in again ? again : again.difference;
  };

  test('is named by profile, plugin and endpoint', () => {
    expect(difference(scoring(({ slot }) => (slot === 1 ? 0.3 : slot / 4)))).toEqual({
      where: "profile default: test-scorer's score of pod-1-rank-0",
      recorded: '0.25',
      replayed: '0.3',
    });
  });

  test('is found in the last bit', () => {
    expect(difference(scoring(({ slot }) => slot / 4 + Number.EPSILON * (slot === 2 ? 0.5 : 0)))).toEqual({
      where: "profile default: test-scorer's score of pod-2-rank-0",
      recorded: '0.5',
      replayed: '0.5000000000000001',
    });
  });

  test('may be a weight', () => {
    expect(difference(scoring(({ slot }) => slot / 4, 2))).toEqual({
      where: 'profile default: weight of test-scorer',
      recorded: '1',
      replayed: '2',
    });
  });

  test('may be a filter', () => {
    expect(difference({ ...scoring(() => 1), ...{ filters: profile({ only: (_, all) => all }).filters } })).toEqual({
      where: 'profile default: plugins',
      recorded: 'test-scorer',
      replayed: 'only, test-scorer',
    });
  });

  test('may be a profile that did not run', () => {
    expect(
      difference(
        scoring(() => 1),
        { ...scoring(() => 1), name: 'more' },
      ),
    ).toEqual({
      where: 'profiles that ran',
      recorded: 'default',
      replayed: 'default, more',
    });
  });

  test('may come from headers that were not recorded', () => {
    expect(replay(recorded, plan(scoring(() => 1)))).toMatchObject({
      doubts: ['values of these headers were not recorded: authorization'],
    });
  });
});

test('a refusal at the door has nothing to replay', () => {
  const world = testDirector({
    admit: () => ({ kind: 'dropped', status: 429, reason: 'rejected-saturated', message: 'full' }),
  });
  void world.send();
  const pages = new DebugPages({ ...world, configText: '', now: () => 0 });
  const id = world.log.latest()[0]?.id ?? '';
  const text = pages.answer(`/debug/decisions/${id}/export`, new URLSearchParams())?.body ?? '';

  expect(replay(JSON.parse(text) as DecisionExport, plan(profile()))).toEqual({
    what: `decision ${id} was made before the scheduler`,
    why: 'admission refused the request: full',
    fix: 'replay a decision that has candidates',
  });
});
