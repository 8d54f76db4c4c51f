import type { ScheduleOutcome } from '../../../lib/picker/scheduling/outcome';
import { NO_TELEMETRY } from '../../../lib/picker/telemetry/telemetry';
import { timedScheduler } from '../../../lib/picker/telemetry/timed-scheduler';
import { fakeClock, request } from '../../support/picker/builders';

const OUTCOME: ScheduleOutcome = { kind: 'unschedulable', cause: 'filtered', message: 'none' };

test('a timed scheduler decides as the other does, and says how long it took', () => {
  const clock = fakeClock();
  const seen: unknown[] = [];
  const scheduler = {
    plugins: [],
    schedule: () => {
      clock.advance(3);
      return OUTCOME;
    },
  };
  const timed = timedScheduler(scheduler, clock, {
    decided: (_, outcome, tookMs) => seen.push([outcome, tookMs]),
    compared: (_, profiles) => seen.push(profiles),
  });
  const trace = { explain: false, profiles: [] };

  expect(timed.schedule(request(), [], {} as never)).toBe(OUTCOME);
  expect(timed.schedule(request(), [], {} as never, trace)).toBe(OUTCOME);
  expect(seen).toEqual([[OUTCOME, 3], [OUTCOME, 3], []]);
});

test('without telemetry nothing is counted and nothing fails', () => {
  const { requests, calls, decisions, endpoints, admission } = NO_TELEMETRY;
  for (const part of [requests, calls, decisions, endpoints, admission]) {
    for (const method of Object.values(part)) expect((method as () => unknown)()).toBeUndefined();
  }
});
