import type { Problem } from '../../core/problem';
import { type DecisionTrace } from '../scheduling/profile-recorder';
import { Scheduler, type SchedulerOptions } from '../scheduling/scheduler';
import type { DecisionExport, ProfileRecord, ResultRecord } from './decision-record';
import { HIDDEN } from './private-headers';
import { rebuild } from './rebuild';
import { profileRecord, resultRecord } from './record-of';
import { type Difference, firstDifference } from './replay-difference';
import { recordedProfiles } from './replay-plugins';

/** What a configuration makes of the scheduler. */
export type SchedulerPlan = Pick<SchedulerOptions, 'profiles' | 'handler' | 'others'>;

/** A decision made again. */
export interface Replay {
  readonly profiles: readonly ProfileRecord[];
  readonly result: ResultRecord;
  /** Where it went another way than the recorded one; undefined when every score and every pick is the same. */
  readonly difference: Difference | undefined;
  /** What may have caused a difference. */
  readonly doubts: readonly string[];
}

/** Makes an exported decision again with the scheduler of a configuration: with its own, or with another one. */
export function replay({ record }: DecisionExport, plan: SchedulerPlan): Replay | Problem {
  const { scheduling, request } = record;
  if (scheduling === null) {
    return {
      what: `decision ${record.id} was made before the scheduler`,
      why: `admission refused the request: ${record.refusal?.message ?? 'no reason is recorded'}`,
      fix: 'replay a decision that has candidates',
    };
  }
  const { candidates, moment, request: again } = rebuild(request, scheduling);
  const scheduler = new Scheduler({ ...plan, profiles: recordedProfiles(plan.profiles, scheduling.profiles) });
  const trace: DecisionTrace = { explain: false, profiles: [] };
  const result = resultRecord(scheduler.schedule(again, candidates, moment, trace));
  const profiles = trace.profiles.map(profileRecord);
  return {
    profiles,
    result,
    difference: firstDifference(scheduling, { profiles, result }),
    doubts: doubtsOf(request.headers),
  };
}

function doubtsOf(headers: Readonly<Record<string, string>>): readonly string[] {
  const hidden = Object.keys(headers).filter((name) => headers[name] === HIDDEN);
  return hidden.length === 0 ? [] : [`values of these headers were not recorded: ${hidden.join(', ')}`];
}
