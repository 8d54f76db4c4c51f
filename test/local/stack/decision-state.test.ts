import * as fc from 'fast-check';
import { decisionState } from '../../../lib/local/stack/decision-state';
import type { DecisionExport, DecisionRecord } from '../../../lib/picker/director/decision-record';
import type { DecisionState } from '../../../lib/local/admin/state';
import { exportsOf, type Scenario, scenarios } from '../../support/picker/random-decisions';

const recordsOf = (scenario: Scenario): readonly DecisionRecord[] =>
  exportsOf(scenario).map((text) => (JSON.parse(text) as DecisionExport).record);

const shown = (scenario: Scenario): readonly DecisionState[] =>
  recordsOf(scenario).flatMap((record) => decisionState(record) ?? []);

test('whatever was decided: totals add up, the chosen one is marked, and every endpoint is told of', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      for (const { candidates, filtered, endpoint, pod } of shown(scenario)) {
        expect(candidates.length + filtered.length).toBe(scenario.pool.length);
        expect(candidates.filter(({ chosen }) => chosen)).toMatchObject([{ endpoint, pod }]);
        for (const { parts, total, why } of candidates) {
          expect(parts.reduce((sum, { weight, score }) => sum + weight * score, 0)).toBeCloseTo(total);
          expect(why).toMatch(/^[A-Z0-9].*\.$/);
        }
        const totals = candidates.map(({ total }) => total);
        expect(totals).toEqual(totals.toSorted((a, b) => b - a));
      }
    }),
    { numRuns: 60 },
  );
});

const two: Scenario = {
  scorers: [
    { type: 'queue-scorer', weight: 2 },
    { type: 'kv-cache-utilization-scorer', weight: 1 },
  ],
  filters: [],
  picker: 'max-score-picker',
  disaggregated: false,
  pool: [
    { waiting: 0, kvCacheUsage: 0.5, at: 0 },
    { waiting: 10, kvCacheUsage: 0.1, at: 0 },
  ],
  requests: [{ content: 'a', model: 'llama', session: undefined, ends: true }],
};

test('a sentence says what set the candidates apart', () => {
  const [decision] = shown(two);

  expect(decision?.candidates).toMatchObject([
    {
      pod: 'pod-0',
      chosen: true,
      total: 2.5,
      parts: [
        { scorer: 'queue-scorer', weight: 2, score: 1 },
        { scorer: 'kv-cache-utilization-scorer', weight: 1, score: 0.5 },
      ],
      why: 'Chosen: 1.6 ahead of the next, mostly by queue-scorer (1 against 0).',
    },
    { pod: 'pod-1', chosen: false, why: '1.6 behind the chosen one, mostly by queue-scorer (1 against 0).' },
  ]);
});

test('equal candidates and single ones are told as such', () => {
  const same = { waiting: 1, kvCacheUsage: 0.1, at: 0 };

  const [equal] = shown({ ...two, pool: [same, same] });
  const [single] = shown({ ...two, pool: [same] });

  expect(equal?.candidates.map(({ why }) => why).sort()).toEqual([
    'Chosen among pods with the same total.',
    'The same total as the chosen one.',
  ]);
  expect(single?.candidates.map(({ why }) => why)).toEqual(['Chosen: no other pod was left.']);
});

test('the time to first token is told of streams only', () => {
  const [record] = recordsOf(two);
  const call = { ...record?.call, ttftMs: 120 } as NonNullable<DecisionRecord['call']>;

  expect(record && decisionState({ ...record, call: { ...call, streamed: true } })?.ttftMs).toBe(120);
  expect(record && decisionState({ ...record, call: { ...call, streamed: false } })?.ttftMs).toBeUndefined();
});

test('a refused request has no state', () => {
  const [record] = recordsOf(two);

  expect(record && decisionState({ ...record, scheduling: null })).toBeUndefined();
});
