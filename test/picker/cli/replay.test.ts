import { replayReport } from '../../../lib/picker/cli/replay';
import type { SchedulerPlan } from '../../../lib/picker/director/replay';
import { loadPickerConfig } from '../../../lib/picker/scheduling/config/load-config';
import { configOf, exportsOf, type Scenario } from '../../support/picker/random-decisions';

const SCENARIO: Scenario = {
  scorers: [{ type: 'queue-scorer', weight: 2 }],
  filters: [],
  picker: 'max-score-picker',
  disaggregated: false,
  pool: [
    { waiting: 0, kvCacheUsage: 0.9 },
    { waiting: 10, kvCacheUsage: 0.1 },
  ],
  requests: [{ content: 'a', model: 'llama', session: undefined, ends: true }],
};
const OTHER = configOf({ ...SCENARIO, scorers: [{ type: 'kv-cache-utilization-scorer', weight: 1 }] });
const [TEXT = ''] = exportsOf(SCENARIO);

function plan(configText: string): SchedulerPlan {
  const { profiles, handler, plugins } = loadPickerConfig(configText, 'config.yaml');
  return { profiles, handler, others: plugins };
}

test('a decision that comes out the same is explained and exits with 0', () => {
  const { lines, exitCode } = replayReport({ text: TEXT, plan });

  expect(exitCode).toBe(0);
  expect(lines).toContain('  pod-0-rank-0: 2 = queue-scorer 2 x 1');
  expect(lines.at(-1)).toBe('replayed: every score and every pick is the same');
});

test('a decision that comes out differently exits with 1 and names the step', () => {
  const { lines, exitCode } = replayReport({ text: TEXT.replaceAll('"waiting": 10', '"waiting": 0'), plan });

  expect(exitCode).toBe(1);
  expect(lines.slice(-4)).toEqual([
    'replayed: it comes out differently',
    "  first at profile default: queue-scorer's score of pod-1-rank-0",
    '    recorded: 0',
    '    replayed: 1',
  ]);
});

test('another configuration says what it would have chosen, and why', () => {
  const { lines, exitCode } = replayReport({ text: TEXT, otherConfig: OTHER, plan });

  expect(exitCode).toBe(0);
  expect(lines.slice(-8)).toEqual([
    'the other configuration: pod-1-rank-0',
    '  profile default picks pod-1-rank-0',
    '    pod-0-rank-0 0.09999999999999998',
    '    pod-1-rank-0 0.9',
    'it parts from the recorded decision',
    '  first at profile default: plugins',
    '    recorded: queue-scorer',
    '    replayed: kv-cache-utilization-scorer',
  ]);
});

test('another configuration may choose the same', () => {
  const { lines } = replayReport({ text: TEXT, otherConfig: configOf(SCENARIO), plan });

  expect(lines.at(-1)).toBe('the other configuration gives the same scores and picks');
});

test('another configuration that is wrong is refused with its mistakes', () => {
  const { lines, exitCode } = replayReport({ text: TEXT, otherConfig: OTHER.replace('llm-d.ai', 'llm'), plan });

  expect(exitCode).toBe(2);
  expect(lines.join('\n')).toContain('apiVersion');
});

test('a file that is no decision is refused', () => {
  expect(replayReport({ text: '{', plan })).toMatchObject({
    exitCode: 2,
    lines: [expect.stringContaining('not JSON')],
  });
});

test('a configuration that was changed in the file is refused', () => {
  const { lines, exitCode } = replayReport({ text: TEXT.replace('\\"weight\\":2', '\\"weight\\":3'), plan });

  expect(exitCode).toBe(2);
  expect(lines[0]).toMatch(
    /^configText is not the configuration that was in force, whose fingerprint is [0-9a-f]{16}\n/,
  );
});
