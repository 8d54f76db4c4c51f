import { fingerprint } from '../../core/hash';
import { formatProblem, type Problem, ValidationError } from '../../core/problem';
import type { ProfileRecord, ResultRecord } from '../director/decision-record';
import { readExport } from '../director/read-export';
import { type Replay, replay, type SchedulerPlan } from '../director/replay';
import { whyOf } from '../director/why';

/** What a replay is made of. */
export interface ReplayRequest {
  /** Text of the exported decision. */
  readonly text: string;
  /** Text of a configuration to try in the place of the recorded one. */
  readonly otherConfig?: string | undefined;
  /** Makes a scheduler of a configuration's text; throws a `ValidationError` for one that is wrong. */
  readonly plan: (configText: string) => SchedulerPlan;
}

/** What to print and how to exit. */
export interface ReplayReport {
  readonly lines: readonly string[];
  /** 0: the same decision, or an answer to what another configuration would have chosen; 1: another one; 2: no replay. */
  readonly exitCode: 0 | 1 | 2;
}

/** Makes an exported decision again and says whether it came out the same, or what another configuration would choose. */
export function replayReport({ text, otherConfig, plan }: ReplayRequest): ReplayReport {
  const exported = readExport(text);
  if ('what' in exported) return failed([exported]);
  const { record, configText } = exported;
  if (fingerprint(configText) !== record.config) return failed([changedConfig(record.config)]);
  try {
    const again = replay(exported, plan(otherConfig ?? configText));
    if ('what' in again) return failed([again]);
    const heading = [...whyOf(record), ''];
    return otherConfig === undefined
      ? { lines: [...heading, ...verdict(again)], exitCode: again.difference === undefined ? 0 : 1 }
      : { lines: [...heading, ...comparison(again)], exitCode: 0 };
  } catch (error) {
    if (error instanceof ValidationError) return failed(error.problems);
    throw error;
  }
}

function failed(problems: readonly Problem[]): ReplayReport {
  return { lines: problems.map(formatProblem), exitCode: 2 };
}

function changedConfig(config: string): Problem {
  return {
    what: `configText is not the configuration that was in force, whose fingerprint is ${config}`,
    why: 'another configuration makes another decision',
    fix: 'export the decision again, and give a changed configuration in a file of its own',
  };
}

function verdict({ difference, doubts }: Replay): readonly string[] {
  if (difference === undefined) return ['replayed: every score and every pick is the same'];
  return ['replayed: it comes out differently', ...differenceLines(difference), ...doubts];
}

function differenceLines({ where, recorded, replayed }: NonNullable<Replay['difference']>): readonly string[] {
  return [`  first at ${where}`, `    recorded: ${recorded}`, `    replayed: ${replayed}`];
}

function comparison({ difference, doubts, result, profiles }: Replay): readonly string[] {
  if (difference === undefined) return ['the other configuration gives the same scores and picks'];
  return [
    `the other configuration: ${choice(result)}`,
    ...profiles.flatMap(totals),
    'it parts from the recorded decision',
    ...differenceLines(difference),
    ...doubts,
  ];
}

function choice(result: ResultRecord): string {
  return result.kind === 'scheduled' ? result.endpoints.join(', ') : `no endpoint, ${result.message}`;
}

function totals({ profile, shadow, candidates, totals: sums, picked }: ProfileRecord): readonly string[] {
  const scored = candidates.map((id, i) => `    ${id} ${String(sums[i])}`);
  return [`  ${shadow ? 'shadow profile' : 'profile'} ${profile} picks ${picked.join(', ') || 'nothing'}`, ...scored];
}
