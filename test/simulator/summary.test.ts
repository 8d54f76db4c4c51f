import { distribution, summarize } from '../../lib/simulator/summary';
import { ROUND_ROBIN } from '../../lib/simulator/policies/simple';
import { simulated, simulatedRequest as request, workloadOf } from '../support/simulator/builders';

test('percentiles are values that occurred', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);

  expect(distribution(values)).toEqual({ mean: 50.5, p50: 50, p90: 90, p99: 99 });
});

test('nothing has no percentiles', () => {
  expect(distribution([])).toEqual({ mean: NaN, p50: NaN, p90: NaN, p99: NaN });
});

const result = simulated(ROUND_ROBIN, {
  workload: workloadOf(
    [0, 1000, 2000, 3000].map((at, id) => ({ at, request: request({ id, promptTokens: 32, outputTokens: 3 }) })),
  ),
});
const measuring = { warmupMs: 0, objective: { ttftMs: 100, tpotMs: 20 }, gpus: 2 };

test('sums up what was measured', () => {
  expect(summarize(result, measuring)).toMatchObject({
    policy: 'round-robin',
    requests: 4,
    completed: 4,
    ttft: { mean: 42, p90: 42 },
    tpot: { p50: 11 },
    e2e: { p99: 64 },
    goodPart: 1,
    preemptions: 0,
    imbalance: 1,
  });
});

test('counts GPU-hours of all pods for the time that they served', () => {
  const { gpuHoursPerMillionTokens, tokensPerSecond } = summarize(result, measuring);

  expect(tokensPerSecond).toBeCloseTo((4 * 35) / 3.064, 6);
  expect(gpuHoursPerMillionTokens).toBeCloseTo((2 * 2 * 3.064 * 1e6) / 3600 / 140, 6);
});

test('leaves out what came during the warm-up', () => {
  expect(summarize(result, { ...measuring, warmupMs: 1500 }).requests).toBe(2);
});

test('a request that misses either part of the objective is not good', () => {
  const ttft = summarize(result, { ...measuring, objective: { ttftMs: 41, tpotMs: 20 } });
  const tpot = summarize(result, { ...measuring, objective: { ttftMs: 100, tpotMs: 10 } });

  expect([ttft.goodPart, tpot.goodPart]).toEqual([0, 0]);
});
