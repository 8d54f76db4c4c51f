import type { ScheduleOutcome } from '../scheduling/outcome';
import type { Scheduler } from '../scheduling/scheduler';
import type { Clock } from '../time';

/** The part of a scheduler that requests go through. */
export type Schedules = Pick<Scheduler, 'schedule' | 'plugins'>;

/** Told of decisions. */
export interface DecisionObserver {
  decided(request: Parameters<Schedules['schedule']>[0], outcome: ScheduleOutcome, tookMs: number): void;
  compared(outcome: ScheduleOutcome, profiles: NonNullable<Parameters<Schedules['schedule']>[3]>['profiles']): void;
}

/** A scheduler whose decisions are timed and counted. */
export function timedScheduler(scheduler: Schedules, clock: Pick<Clock, 'now'>, observer: DecisionObserver): Schedules {
  return {
    plugins: scheduler.plugins,
    schedule(request, candidates, moment, trace) {
      const start = clock.now();
      const outcome = scheduler.schedule(request, candidates, moment, trace);
      observer.decided(request, outcome, clock.now() - start);
      if (trace !== undefined) observer.compared(outcome, trace.profiles);
      return outcome;
    },
  };
}
