import { ValidationError } from '../../core/problem';
import type { Clock } from '../../picker/time';
import { DEFAULT_OBJECTIVE } from '../../simulator/scenario';
import { namedWorkload } from '../../simulator/workloads/catalog';
import { chatSender, listModels } from '../load/io/openai-endpoint';
import { baseModel } from '../load/model-names';
import { runLoad } from '../load/run-load';
import type { LoadProgress, LoadResult } from '../load/types';
import type { Timing } from '../model-server/engine';
import type { LaneUrl } from '../stack/types';
import type { LoadState } from './state';
import type { LoadRequest } from './target';

/** A load that is played to the lanes of a stack. */
export interface StackLoad {
  /** One for each lane, in their order. Resolves at the end, also of a load that was stopped. */
  readonly results: Promise<readonly LoadResult[]>;
  state(): LoadState;
  stop(): void;
}

export interface StackLoadOptions extends LoadRequest {
  readonly urls: readonly LaneUrl[];
  readonly speed: number;
  readonly seed: number;
  readonly timing: Timing & Clock;
}

const NOTHING: LoadProgress = { elapsedSeconds: 0, sent: 0, completed: 0, failed: 0 };

/** Plays the same requests to every lane at the same time. */
export async function startStackLoad(options: StackLoadOptions): Promise<StackLoad> {
  const { urls, workload: name, rate, seconds, speed, seed, timing } = options;
  const stop = new AbortController();
  const named = namedWorkload(name);
  if (named === undefined) throw problem(`workload ${name}`, 'there is none of that name', 'choose another one');
  const models = await Promise.all(urls.map(({ url }) => listModels({ url }, stop.signal)));
  const model = baseModel(models[0] ?? [])?.id;
  if (model === undefined) throw problem('the load', 'no pod is ready that could answer', 'wait for one, or add one');
  if (named.adapters && models.some((list) => !list.some(({ adapter }) => adapter))) {
    throw problem(`workload ${name}`, 'it asks for adapters, and the model has none', 'choose another workload');
  }
  const progress: LoadProgress[] = urls.map(() => NOTHING);
  const results = Promise.all(
    urls.map(({ lane, url }, i) =>
      runLoad(
        {
          name: lane,
          workload: named.make({ seed, rate, model }),
          seconds,
          send: chatSender({ url }, timing),
          models: models[i] ?? [],
          speed,
          objective: DEFAULT_OBJECTIVE,
          timing,
          signal: stop.signal,
        },
        (now) => {
          progress[i] = now;
        },
      ),
    ),
  );
  return {
    results,
    state: () => ({
      workload: name,
      rate,
      seconds,
      elapsedSeconds: Math.max(...progress.map(({ elapsedSeconds }) => elapsedSeconds)),
      sent: sum(progress, ({ sent }) => sent),
      completed: sum(progress, ({ completed }) => completed),
      failed: sum(progress, ({ failed }) => failed),
    }),
    stop: () => {
      stop.abort();
    },
  };
}

function sum(all: readonly LoadProgress[], of: (one: LoadProgress) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}

function problem(what: string, why: string, fix: string): ValidationError {
  return new ValidationError('load', [{ what, why, fix }]);
}
