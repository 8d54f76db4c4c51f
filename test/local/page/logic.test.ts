import fc from 'fast-check';
import type { LaneState, LocalState, PodState } from '../../../lib/local/admin/state';
import { changes } from '../../../lib/local/page/changes';
import { compareHits, compareLatency } from '../../../lib/local/page/comparison';
import { formatClock, formatLatency, formatPart, formatScore, shortPod } from '../../../lib/local/page/format';
import { chartColumns } from '../../../lib/local/page/history';
import { marks } from '../../../lib/local/page/marks';

const lane = (given: Partial<LaneState>): LaneState => ({
  name: 'picker',
  url: '',
  pods: [],
  inFlight: 0,
  requestsPerSecond: 0,
  completed: 0,
  failed: 0,
  ttft: { p50: undefined, p90: undefined, p99: undefined },
  hitRatio: 0,
  history: [],
  decisions: [],
  ...given,
});
const latency = (p50: number): LaneState => lane({ ttft: { p50, p90: undefined, p99: undefined } });
const pod = (name: string, phase: PodState['phase']): PodState => ({ name, phase }) as PodState;
const state = (...pods: PodState[]): LocalState => ({ lanes: [lane({ pods })] }) as unknown as LocalState;

test.each([
  [undefined, '–'],
  [3.14159, '3.1 ms'],
  [842.4, '842 ms'],
  [1234, '1.23 s'],
  [61_000, '61.0 s'],
])('a latency of %p reads %s', (ms, text) => {
  expect(formatLatency(ms)).toBe(text);
});

test('numbers read as people write them', () => {
  expect([formatPart(0.125), formatPart(NaN), formatScore(0.30000000000000004), formatClock(125)]).toEqual([
    '13 %',
    '–',
    '0.3',
    '2:05',
  ]);
  expect(shortPod('rr-llm-server-2', 'llm-server')).toBe('pod 2');
});

test.each([
  [75, 100, { text: '25 % lower', verdict: 'better' }],
  [150, 100, { text: '50 % higher', verdict: 'worse' }],
  [100, 101, { text: 'the same', verdict: 'same' }],
])('%d ms against %d ms', (mine, theirs, expected) => {
  expect(compareLatency(latency(mine), latency(theirs), 'p50')).toEqual(expected);
});

test('nothing is compared with a lane that has no numbers', () => {
  expect(compareLatency(latency(10), lane({}), 'p50')).toBeUndefined();
  expect(compareHits(lane({}), undefined)).toBeUndefined();
  expect(compareHits(lane({ hitRatio: 0.8 }), lane({ hitRatio: 0.6 }))).toEqual({
    text: '20 points more',
    verdict: 'better',
  });
});

test('the chart has one axis of time for lanes that began at different seconds', () => {
  const one = lane({ history: [[1, 10, 20], [2, 11, 21], [3, null, null]] }); // prettier-ignore
  const other = lane({ history: [[2, 30, 40], [3, 31, 41]] }); // prettier-ignore

  expect(chartColumns([one, other], 2)).toEqual([[2, 3], [11, null], [21, null], [30, 31], [40, 41]]); // prettier-ignore
  expect(chartColumns([], 60)).toEqual([[]]);
});

test('marks never need more room than there is, and lose no request', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(200), (running, waiting) => {
      const shown = marks(running, waiting, 18);
      expect(shown.running + shown.waiting).toBeLessThanOrEqual(18);
      expect(shown.running + shown.waiting + shown.more).toBe(running + waiting);
      if (waiting > 0) expect(shown.waiting).toBeGreaterThan(0);
    }),
    { seed: 1 },
  );
});

test('pods that come, become ready and go are told', () => {
  expect(changes(undefined, state(pod('a', 'ready')))).toEqual([]);
  expect(changes(state(pod('a', 'ready'), pod('b', 'loading')), state(pod('b', 'ready'), pod('c', 'loading')))).toEqual(
    ['a is gone', 'b is ready', 'c was added'],
  );
});
