import type { Json } from '../../../core/picker/config';
import { failIfAny, type Problem } from '../../../core/problem';
import { ParameterReader } from '../parameters/parameter-reader';
import type { CustomDefinition, CustomFilter, CustomScorer } from './definition';
import type { ContextView, EndpointView, MetricsView, RequestView } from './views';

/** An endpoint of a test: what is left out is that of an idle pod without metrics. */
export type TestEndpoint = Partial<Omit<EndpointView, 'load' | 'metrics'>> & {
  readonly load?: Partial<EndpointView['load']>;
  readonly metrics?: Partial<MetricsView>;
};

/** What a plugin is tried on. */
export interface Trial {
  readonly endpoints: readonly TestEndpoint[];
  readonly request?: Partial<RequestView>;
  readonly context?: Partial<ContextView>;
  /** Parameters as the configuration has them. */
  readonly parameters?: Readonly<Record<string, Json>>;
}

/** Scores of a scorer for each endpoint, clamped to 0 to 1 as the picker does it. Throws what the scorer throws. */
export function scoreWith(scorer: CustomScorer, trial: Trial): readonly number[] {
  return answersOf(scorer, trial).map((score) => (Number.isNaN(score) ? 0 : Math.min(1, Math.max(0, score))));
}

/** The endpoints that a filter keeps. Throws what the filter throws. */
export function filterWith(filter: CustomFilter, trial: Trial): readonly TestEndpoint[] {
  const kept = answersOf(filter, trial);
  return trial.endpoints.filter((_endpoint, i) => kept[i]);
}

function answersOf<R>(definition: CustomDefinition<unknown, R>, trial: Trial): readonly R[] {
  const ask = definition.create(readParameters(definition, trial.parameters ?? {}));
  const request = { ...REQUEST, ...trial.request };
  const context = { now: 0, promptBlocks: 0, picked: {}, ...trial.context };
  return trial.endpoints.map((endpoint, i) => ask(request, completed(endpoint, i, request), context));
}

function readParameters(
  { type, parameters }: CustomDefinition<unknown, unknown>,
  values: Readonly<Record<string, Json>>,
): unknown {
  const problems: Problem[] = [];
  const reader = new ParameterReader(values, {
    owner: `plugin '${type}'`,
    path: [],
    report: ({ problem }) => problems.push(problem),
  });
  const read = parameters?.(reader);
  reader.finish();
  failIfAny(type, problems);
  return read;
}

const REQUEST: RequestView = Object.freeze({
  id: 'request-1',
  incomingModel: 'model',
  model: 'model',
  priority: 0,
  fairnessId: 'default-flow',
  headers: {},
  promptTokens: 0,
  maxOutputTokens: undefined,
  bodyBytes: 0,
  streaming: false,
  objective: { ttftMs: undefined, tpotMs: undefined },
});

const METRICS: MetricsView = Object.freeze({
  waiting: 0,
  running: 0,
  kvCacheUsage: 0,
  runningAdapters: [],
  waitingAdapters: [],
  maxAdapters: 0,
  ageMs: 0,
});

const LOAD: EndpointView['load'] = Object.freeze({
  requests: 0,
  unseenRequests: 0,
  prefillTokens: 0,
  decodeTokens: 0,
  lastPickedAt: -Infinity,
});

function completed({ load, metrics, ...given }: TestEndpoint, index: number, request: RequestView): EndpointView {
  const podName = given.podName ?? `pod-${index}`;
  return {
    id: `${podName}-rank-0`,
    podName,
    namespace: 'default',
    address: `10.0.0.${index + 1}`,
    port: 8000,
    labels: {},
    matchedBlocks: 0,
    uncachedTokens: request.promptTokens,
    readyForMs: 60_000,
    ...given,
    load: { ...LOAD, ...load },
    metrics: metrics && { ...METRICS, ...metrics },
  };
}
