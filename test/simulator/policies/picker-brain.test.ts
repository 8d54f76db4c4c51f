import { plugin } from '../../../lib/core/picker/config';
import type { Call } from '../../../lib/picker/scheduling/call';
import type { Scorer } from '../../../lib/picker/scheduling/plugin';
import type { PluginFactory } from '../../../lib/picker/scheduling/plugin-factory';
import { configuredPolicy } from '../../../lib/simulator/policies/picker-brain';
import type { Policy } from '../../../lib/simulator/policy';
import { branch, stream } from '../../../lib/simulator/tokens';
import { endpoint } from '../../support/picker/builders';
import { routed, simulatedRequest } from '../../support/simulator/builders';
import { policyWith } from '../../support/simulator/policies';

const REQUEST = routed(simulatedRequest({ id: 1, promptTokens: 640, outputTokens: 30 }));

const FOLLOW_UP = routed(simulatedRequest({ id: 2, promptTokens: 960, tokens: branch(stream(1, 640), 640, 2, 1000) }));
const EMPTY = routed(simulatedRequest({ id: 3, promptTokens: 0 }));
const NO_POD = endpoint();

/** A policy that asks a scorer of the test's own, with two pods. */
function withScorer(given: Partial<Scorer>): Policy {
  const scorer: Scorer = { type: 'test-scorer', name: 'test-scorer', kind: 'scorer', score: () => undefined, ...given };
  const factory: PluginFactory<Scorer> = { type: 'test-scorer', kind: 'scorer', create: () => scorer };
  const config = { plugins: [{ type: 'test-scorer' }, plugin('max-score-picker')] };
  return policyWith(configuredPolicy('test', 'of a test', config, { customPlugins: [factory] }), 2);
}

test('a policy is called what it was given', () => {
  const named = configuredPolicy('mine', 'what I run', { plugins: [plugin('random-picker')] });

  expect([named.name, named.summary, policyWith(named, 0).name]).toEqual(['mine', 'what I run', 'mine']);
});

test('without a configuration the default one decides', () => {
  expect(policyWith(configuredPolicy('default', '', undefined), 2).choose(REQUEST, 0)).toBeLessThan(2);
});

test('a configuration that is wrong is refused when the policy is made', () => {
  const named = configuredPolicy('mine', '', { plugins: [{ type: 'queue-scorer', parameters: { speed: 1 } }] });

  expect(() => policyWith(named, 0)).toThrow("has no parameter 'speed'");
});

test("a team's own plugin decides", () => {
  const policy = withScorer({
    score(_context, candidates, scores) {
      for (const [i, { podName }] of candidates.entries()) scores[i] = podName === 'pod-1' ? 1 : 0;
    },
  });

  expect(policy.choose(REQUEST, 0)).toBe(1);
});

test('a plugin sees what a request had to compute where it went', () => {
  const seen: number[] = [];
  const policy = withScorer({ routed: ({ primary }) => seen.push(primary.matchedBlocks, primary.uncachedTokens) });
  policy.podRemoved(1, 0);
  policy.choose(REQUEST, 0);
  policy.choose(FOLLOW_UP, 0);

  expect(seen).toEqual([0, 640, 10, 320]);
});

test('a plugin sees the load of the pods as it is at each decision', () => {
  const seen: (readonly number[])[] = [];
  const policy = withScorer({
    score(_context, [{ load } = NO_POD]) {
      seen.push([load.requests, load.prefillTokens, load.decodeTokens]);
    },
  });
  const probe = (tag: number): void => {
    policy.finished({ ...EMPTY, tag }, policy.choose({ ...EMPTY, tag }, 0) ?? NaN, 0, 'completed');
  };
  policy.podRemoved(1, 0);
  const slot = policy.choose(REQUEST, 0) ?? NaN;
  probe(10);
  policy.firstToken(REQUEST, slot, 20);
  probe(11);
  policy.generated?.(REQUEST, 7);
  probe(12);
  policy.finished(REQUEST, slot, 50, 'completed');
  probe(13);

  expect(seen).toEqual([
    [0, 0, 0],
    [1, 640, 0],
    [1, 0, 640],
    [1, 0, 647],
    [0, 0, 0],
  ]);
});

test('a plugin is told once of each part of a call', () => {
  const log: string[] = [];
  const note =
    (what: string) =>
    (_call: Call, now: number): void =>
      void log.push(`${what} ${now}`);
  const policy = withScorer({
    routed: note('routed'),
    firstToken: note('firstToken'),
    finished: note('finished'),
    endpointRemoved: ({ podName }) => log.push(`removed ${podName}`),
  });
  const slot = policy.choose(REQUEST, 1) ?? NaN;
  policy.firstToken(REQUEST, slot, 2);
  policy.firstToken(REQUEST, slot, 3);
  policy.finished(REQUEST, slot, 4, 'completed');
  policy.finished(REQUEST, slot, 5, 'completed');
  policy.podRemoved(1, 6);

  expect(log).toEqual(['routed 1', 'firstToken 2', 'finished 4', 'removed pod-1']);
});

describe('a plugin learns of a call that', () => {
  function ended(outcome: 'completed' | 'server-error'): Call | undefined {
    let last: Call | undefined;
    const policy = withScorer({ finished: (call) => (last = call) });
    const slot = policy.choose(REQUEST, 0) ?? NaN;
    policy.finished(REQUEST, slot, 50, outcome);
    return last;
  }

  test('completed how many tokens the server reported', () => {
    expect(ended('completed')).toMatchObject({
      outcome: 'completed',
      status: 200,
      finishedAt: 50,
      streamedEvents: 30,
      usage: { promptTokens: 640, outputTokens: 30, cachedTokens: undefined },
    });
  });

  test('failed that it did', () => {
    expect(ended('server-error')).toMatchObject({ outcome: 'server-error', status: 502, usage: undefined });
  });
});

test('a plugin sees the tokens that have passed so far', () => {
  const seen: number[] = [];
  const policy = withScorer({ finished: ({ streamedEvents }) => seen.push(streamedEvents) });
  const slot = policy.choose(REQUEST, 0) ?? NaN;
  policy.generated?.(REQUEST, 5);
  policy.generated?.(REQUEST, 2);
  policy.finished(REQUEST, slot, 50, 'client-disconnected');

  expect(seen).toEqual([7]);
});

describe('a plugin that fails stops the simulation', () => {
  const fails = (): never => {
    throw new Error('no opinion');
  };

  test('at a decision', () => {
    expect(() => withScorer({ score: fails }).choose(REQUEST, 0)).toThrow('plugin test-scorer failed: no opinion');
  });

  test('when it is told of a call', () => {
    expect(() => withScorer({ routed: fails }).choose(REQUEST, 0)).toThrow(
      'plugin test-scorer failed in routed: Error: no opinion',
    );
  });

  test('when it is told of a pod that is gone', () => {
    expect(() => {
      withScorer({ endpointRemoved: fails }).podRemoved(0, 0);
    }).toThrow('plugin test-scorer failed in endpointRemoved: Error: no opinion');
  });
});
