import { summarize, type Summary } from '../../simulator/summary';
import { LoadRun } from './play';
import type { LoadOptions, LoadProgress, LoadResult } from './types';

/** Time between two reports of progress, ms. */
const PROGRESS_MS = 250;

/**
 * Plays a workload against an endpoint and measures it. After the last request was sent it waits for the answers; a
 * signal ends it at once, with what was measured until then.
 */
export async function runLoad(
  options: LoadOptions,
  onProgress: (progress: LoadProgress) => void = () => undefined,
): Promise<LoadResult> {
  const run = new LoadRun(options);
  const { timing, signal } = options;
  const report = (): void => {
    onProgress(run.progress());
    release = timing.after(PROGRESS_MS, report);
  };
  let release = timing.after(PROGRESS_MS, report);
  try {
    await run.play();
  } finally {
    release();
  }
  onProgress(run.progress());
  return {
    summary: summaryOf(run, options),
    failures: [...run.failures].map(([reason, count]) => ({ reason, count })).toSorted((a, b) => b.count - a.count),
    tooLong: run.tooLong,
    interrupted: signal.aborted,
  };
}

/** The same numbers as of a simulation, without those that only the servers know. */
function summaryOf(run: LoadRun, { name, workload, objective }: LoadOptions): Summary {
  const outcomes = run.outcomes.toSorted((a, b) => a.arrivedAt - b.arrivedAt);
  const endedAt = outcomes.reduce((last, { finishedAt }) => Math.max(last, finishedAt ?? 0), 0);
  const summary = summarize(
    { policy: name, workload: workload.name, overloaded: false, outcomes, pods: [], endedAt, decisions: 0 },
    { warmupMs: 0, objective, gpus: NaN },
  );
  return run.tellsCached ? summary : { ...summary, hitRatio: NaN };
}
