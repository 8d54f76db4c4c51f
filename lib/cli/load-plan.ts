import { nearMiss } from '../core/near-miss';
import { oneOf, type Problem, ValidationError } from '../core/problem';
import { type Endpoint, listModels } from '../local/load/io/openai-endpoint';
import { baseModel } from '../local/load/model-names';
import type { ListedModel, LoadOptions } from '../local/load/types';
import { type NamedWorkload, namedWorkload, WORKLOADS } from '../simulator/workloads/catalog';

/** Options of the command as they were written. */
export interface LoadCliOptions {
  readonly url: string;
  readonly workload: string;
  readonly rate: string;
  readonly seconds: string;
  readonly model?: string;
  readonly seed: string;
  readonly speed: string;
  readonly objectiveTtft: string;
  readonly objectiveTpot: string;
  readonly json?: boolean;
}

/** What is to be played, and a line about it. */
export interface LoadPlan {
  readonly title: string;
  readonly load: Omit<LoadOptions, 'send' | 'timing' | 'signal'> & { readonly endpoint: Endpoint };
}

/** Reads the options, and asks the endpoint for its models. Throws a ValidationError for what does not fit. */
export async function loadPlan(
  options: LoadCliOptions,
  from: { readonly apiKey: string | undefined; readonly signal: AbortSignal },
): Promise<LoadPlan> {
  const named = workloadNamed(options.workload);
  const rate = numberFrom('rate', options.rate, 0.001);
  const seconds = numberFrom('seconds', options.seconds, 0.001);
  const seed = numberFrom('seed', options.seed, 0);
  const speed = numberFrom('speed', options.speed, 0.001);
  const objective = {
    ttftMs: numberFrom('objective-ttft', options.objectiveTtft, 1),
    tpotMs: numberFrom('objective-tpot', options.objectiveTpot, 1),
  };
  const endpoint = { url: httpUrl(options.url), apiKey: from.apiKey };
  const models = await listModels(endpoint, from.signal);
  const model = options.model ?? baseModel(models)?.id;
  if (model === undefined) refuse(NO_MODELS);
  if (named.adapters && !models.some(({ adapter }) => adapter)) refuse(noAdapters(named.name));
  return {
    title: `${named.name} at ${rate} requests a second for ${seconds} s, model ${model}, seed ${seed}, to ${options.url}`,
    load: {
      name: new URL(endpoint.url).host,
      workload: named.make({ seed, rate, model }),
      seconds,
      models: models.length === 0 ? [] : withModelFirst(models, model),
      speed,
      objective,
      endpoint,
    },
  };
}

/** The context of the asked model counts, not that of another one. */
function withModelFirst(models: readonly ListedModel[], model: string): readonly ListedModel[] {
  const asked = models.find(({ id }) => id === model);
  return asked === undefined ? models : [asked, ...models.filter(({ id }) => id !== model)];
}

const NO_MODELS: Problem = {
  what: 'no --model',
  why: 'the endpoint lists no models, so nobody knows which to ask for',
  fix: 'give --model NAME',
};

function noAdapters(name: string): Problem {
  return {
    what: `--workload ${name}`,
    why: 'its requests ask for LoRA adapters, and the endpoint lists none',
    fix: `serve adapters there, or use ${oneOf(WORKLOADS.filter(({ adapters }) => !adapters).map((one) => one.name))}`,
  };
}

function workloadNamed(name: string): NamedWorkload {
  const found = namedWorkload(name);
  if (found !== undefined) return found;
  const names = WORKLOADS.map((one) => one.name);
  const meant = nearMiss(name, names);
  return refuse({
    what: `--workload ${name}`,
    why: 'there is none of that name',
    fix: meant === undefined ? `use ${oneOf(names)}` : `did you mean ${meant}? There are ${oneOf(names)}`,
  });
}

function numberFrom(option: string, text: string, least: number): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  return refuse({
    what: `--${option} ${text}`,
    why: `it must be a number of at least ${least}`,
    fix: `write --${option} ${Math.max(1, least)}`,
  });
}

function httpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  return refuse({
    what: `--url ${text}`,
    why: 'it is no address of HTTP',
    fix: 'write it with its scheme, such as http://localhost:8080',
  });
}

function refuse(problem: Problem): never {
  throw new ValidationError('load', [problem]);
}
