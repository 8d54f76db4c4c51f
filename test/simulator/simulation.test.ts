import * as fc from 'fast-check';
import type { Policy, NamedPolicy } from '../../lib/simulator/policy';
import { LEAST_REQUESTS, ROUND_ROBIN } from '../../lib/simulator/policies/simple';
import { ORACLES } from '../../lib/simulator/policies/oracle';
import type { Arrival, Workload } from '../../lib/simulator/request';
import { chat } from '../../lib/simulator/workloads/chat';
import { replicaSettings, simulated, simulatedRequest as request, workloadOf } from '../support/simulator/builders';

const pod = { replica: replicaSettings(), pace: 1 };

function arrivalsAt(...times: readonly number[]): readonly Arrival[] {
  return times.map((at, id) => ({ at, request: request({ id, promptTokens: 32, outputTokens: 3 }) }));
}

test('a request on an idle pod is served as the replica alone would', () => {
  const { outcomes } = simulated(ROUND_ROBIN, { workload: workloadOf(arrivalsAt(100)) });

  expect(outcomes).toMatchObject([
    { arrivedAt: 100, firstTokenAt: 142, finishedAt: 164, slot: 0, status: 'completed' },
  ]);
});

test('the next request of a session comes after the answer to the one before', () => {
  const [first, second] = arrivalsAt(0, 0);
  const workload: Workload = {
    name: 'session',
    requests: 2,
    sessions: () => [first as Arrival][Symbol.iterator](),
    next: ({ id }, finishedAt) =>
      id === 0 && second !== undefined ? { at: finishedAt + 36, request: second.request } : undefined,
  };

  const { outcomes } = simulated(ROUND_ROBIN, { workload });

  expect(outcomes.map(({ arrivedAt }) => arrivedAt)).toEqual([0, 100]);
});

test('requests after the end are left out', () => {
  const { outcomes } = simulated(ROUND_ROBIN, { workload: workloadOf(arrivalsAt(0, 10, 20)), until: 15 });

  expect(outcomes).toHaveLength(2);
});

test('a request that no pod can hold is rejected', () => {
  const workload = workloadOf([{ at: 0, request: request({ promptTokens: 2000, outputTokens: 1 }) }]);

  expect(simulated(ROUND_ROBIN, { workload }).outcomes[0]?.status).toBe('rejected');
});

test('without a pod requests are lost', () => {
  const { outcomes } = simulated(ROUND_ROBIN, { workload: workloadOf(arrivalsAt(0)), pods: [] });

  expect(outcomes[0]?.status).toBe('lost');
});

test('a request whose pod dies is sent to another one', () => {
  const { outcomes } = simulated(ROUND_ROBIN, {
    workload: workloadOf(arrivalsAt(0)),
    events: [{ kind: 'die', at: 20, slot: 0 }],
  });

  expect(outcomes).toMatchObject([{ slot: 1, attempts: 2, firstTokenAt: 62, status: 'completed' }]);
});

test('without retries it is lost', () => {
  const { outcomes } = simulated(ROUND_ROBIN, {
    workload: workloadOf(arrivalsAt(0)),
    events: [{ kind: 'die', at: 20, slot: 0 }],
    retry: false,
  });

  expect(outcomes).toMatchObject([{ status: 'lost', finishedAt: undefined }]);
});

test('a dead pod gets nothing any more', () => {
  const { outcomes } = simulated(LEAST_REQUESTS, {
    workload: workloadOf(arrivalsAt(50, 60, 70, 80)),
    events: [{ kind: 'die', at: 20, slot: 0 }],
  });

  expect(outcomes.map(({ slot }) => slot)).toEqual([1, 1, 1, 1]);
});

test('a new pod serves from the moment that it is ready', () => {
  const { outcomes } = simulated(LEAST_REQUESTS, {
    workload: workloadOf(arrivalsAt(0, 1, 2, 130)),
    pods: [pod],
    events: [{ kind: 'start', at: 0, readyAfterMs: 100 }],
  });

  expect(outcomes.map(({ slot }) => slot)).toEqual([0, 0, 0, 1]);
});

test('a pod becomes slower at the end of its step', () => {
  const { outcomes } = simulated(ROUND_ROBIN, {
    workload: workloadOf(arrivalsAt(0)),
    events: [{ kind: 'pace', at: 20, slot: 0, pace: 2 }],
  });

  // 42, and then 2 x 11 twice.
  expect(outcomes).toMatchObject([{ firstTokenAt: 42, finishedAt: 86 }]);
});

describe('metrics', () => {
  /** Writes down what it is told, and sends everything to the first pod. */
  function recorder(log: string[]): NamedPolicy {
    const policy: Policy = {
      name: 'recorder',
      podAdded: () => undefined,
      podRemoved: () => undefined,
      scraped: (slot, { at, running, waiting }, now) => {
        log.push(`${now}: pod ${slot} at ${Math.round(at)}: ${running} + ${waiting}`);
      },
      choose: () => 0,
      firstToken: () => undefined,
      finished: () => undefined,
    };
    return { name: 'recorder', summary: '', make: () => policy };
  }

  const scrape = { intervalMs: 100, jitter: 0, latencyMs: 10, missing: new Set<number>() };

  test('are as old as the last reading', () => {
    const log: string[] = [];

    simulated(recorder(log), { workload: workloadOf(arrivalsAt(500, 620)), pods: [pod], scrape });

    const [, second] = log.map((line) => /^(\d+): pod 0 at (\d+): (.*)$/.exec(line) ?? []);
    expect(second?.[1]).toBe('620');
    expect(Number(second?.[2])).toBeGreaterThan(505);
    expect(Number(second?.[2])).toBeLessThanOrEqual(610);
  });

  test('show what ran at the time of the reading', () => {
    const log: string[] = [];
    const long = { at: 0, request: request({ id: 7, outputTokens: 100 }) };

    simulated(recorder(log), { workload: workloadOf([long, ...arrivalsAt(400)]), pods: [pod], scrape });

    expect(log.at(-1)).toMatch(/: 1 \+ 0$/);
  });

  test('of some pods may be missing', () => {
    const log: string[] = [];

    simulated(recorder(log), {
      workload: workloadOf(arrivalsAt(500)),
      scrape: { ...scrape, missing: new Set([0]) },
    });

    expect(log.map((line) => line.includes('pod 1'))).toEqual([true]);
  });
});

test('routers that do not know of each other count their own requests only', () => {
  const { outcomes } = simulated(ROUND_ROBIN, { workload: workloadOf(arrivalsAt(0, 1, 2, 3)), routers: 2 });

  expect(outcomes.map(({ slot }) => slot)).toEqual([0, 0, 1, 1]);
});

test('the same seed gives the same result to the last bit', () => {
  const run = (): string =>
    JSON.stringify(
      simulated(LEAST_REQUESTS, {
        workload: chat({ seed: 3, rate: 4, model: 'base' }),
        pods: Array.from({ length: 3 }, () => ({
          replica: replicaSettings({ blocks: 4000, maxTokens: 1e5 }),
          pace: 1,
        })),
        until: 20_000,
      }),
    );

  expect(run()).toBe(run());
});

test('every request ends exactly once, and every pod gives back all that it lent', () => {
  const arrival = fc.record({
    gap: fc.integer({ min: 0, max: 60 }),
    promptTokens: fc.integer({ min: 1, max: 400 }),
    outputTokens: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(
      fc.array(arrival, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(ROUND_ROBIN, LEAST_REQUESTS, ...ORACLES),
      fc.integer({ min: 0, max: 1500 }),
      fc.boolean(),
      (given, policy, deathAt, retry) => {
        let at = 0;
        const workload = workloadOf(
          given.map(({ gap, ...sizes }, id) => ({ at: (at += gap), request: request({ id, ...sizes }) })),
        );
        const ended = new Map<number, number>();
        const { outcomes } = simulated(policy, {
          workload: {
            ...workload,
            next: ({ id }) => {
              ended.set(id, (ended.get(id) ?? 0) + 1);
              return undefined;
            },
          },
          events: [{ kind: 'die', at: deathAt, slot: 1 }],
          retry,
        });
        expect(outcomes.map(({ request: { id } }) => ended.get(id))).toEqual(given.map(() => 1));
        for (const { status, arrivedAt, firstTokenAt = NaN, finishedAt = NaN } of outcomes) {
          if (status !== 'completed') continue;
          expect(firstTokenAt).toBeGreaterThan(arrivedAt);
          expect(finishedAt).toBeGreaterThanOrEqual(firstTokenAt);
        }
        if (retry) expect(outcomes.every(({ status }) => status === 'completed')).toBe(true);
      },
    ),
    { numRuns: 150, seed: 21 },
  );
});
