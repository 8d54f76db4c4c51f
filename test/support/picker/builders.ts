import type { Endpoint, EndpointLoad, EndpointMetrics } from '../../../lib/picker/scheduling/endpoint';
import type { SchedulingContext } from '../../../lib/picker/scheduling/plugin';
import { type InferenceRequest, NO_PROMPT, type PromptBlocks } from '../../../lib/picker/scheduling/request';
import type { Clock, Random } from '../../../lib/picker/time';

const IDLE: EndpointLoad = Object.freeze({
  requests: 0,
  unseenRequests: 0,
  prefillTokens: 0,
  decodeTokens: 0,
  lastPickedAt: -Infinity,
});

/** An idle endpoint's metrics, read at time 0. */
export function metrics(given: Partial<EndpointMetrics> = {}): EndpointMetrics {
  return Object.freeze({
    waiting: 0,
    running: 0,
    kvCacheUsage: 0,
    runningAdapters: new Set<string>(),
    waitingAdapters: new Set<string>(),
    maxAdapters: 0,
    blockSizeTokens: 16,
    blocks: 10_000,
    at: 0,
    ...given,
  });
}

/** What the picker itself gave to an endpoint: nothing, unless told otherwise. */
export function load(given: Partial<EndpointLoad> = {}): EndpointLoad {
  return { ...IDLE, ...given };
}

/** An endpoint whose parts a test may change between decisions, as the pool does. */
export type TestEndpoint = { -readonly [K in keyof Endpoint]: Endpoint[K] };

/**
 * An endpoint named after its slot: `endpoint({ slot: 3 })` is `pod-3-rank-0` at `10.0.0.3:8000`. It has no metrics and
 * no load unless they are given.
 */
export function endpoint(given: Partial<Endpoint> = {}): TestEndpoint {
  const slot = given.slot ?? 0;
  const podName = given.podName ?? `pod-${slot}`;
  const address = given.address ?? `10.0.${slot >> 8}.${slot & 255}`;
  const port = given.port ?? 8000;
  return {
    id: `${podName}-rank-0`,
    slot,
    generation: slot + 1,
    podName,
    namespace: 'inference',
    address,
    port,
    hostPort: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    labels: {},
    metrics: undefined,
    load: load(),
    readyAt: 0,
    ...given,
  };
}

/** Endpoints in slots 0, 1, 2, …: one for each argument, or `count` alike. */
export function endpoints(given: number | readonly Partial<Endpoint>[]): TestEndpoint[] {
  const parts = typeof given === 'number' ? Array.from({ length: given }, () => ({})) : given;
  return parts.map((part, slot) => endpoint({ slot, ...part }));
}

/** A prompt of blocks with the given hashes. */
export function prompt(hashes: readonly number[], blockTokens = NO_PROMPT.blockTokens): PromptBlocks {
  return { hashes: Float64Array.from(hashes), blockTokens };
}

/** A chat request of priority 0 without a prompt. */
export function request(given: Partial<InferenceRequest> = {}): InferenceRequest {
  const model = given.model ?? given.incomingModel ?? 'llama';
  return {
    id: 'request-1',
    incomingModel: model,
    model,
    priority: 0,
    fairnessId: 'default-flow',
    headers: new Map(),
    promptTokens: 0,
    maxOutputTokens: undefined,
    prompt: NO_PROMPT,
    bodyBytes: 0,
    streaming: false,
    objective: { ttftMs: undefined, tpotMs: undefined },
    receivedAt: 0,
    ...given,
  };
}

/** What `schedulingContext` takes beside the context's own members. */
export interface ContextOptions extends Partial<Omit<SchedulingContext, 'matchedBlocks'>> {
  /** Matched blocks by slot; 0 where nothing is given. */
  readonly matched?: readonly number[];
}

/** The moment of a decision at time 0. All metrics count as fresh, and nothing is cached unless `matched` says so. */
export function schedulingContext({ matched = [], ...given }: ContextOptions = {}): SchedulingContext {
  const of = given.request ?? request();
  const matchedBlocks = (at: Endpoint): number => matched[at.slot] ?? 0;
  return {
    request: of,
    now: 0,
    random: seededRandom(1),
    metrics: (at) => at.metrics,
    matchedBlocks,
    uncachedTokens: (at) => Math.max(0, of.promptTokens - matchedBlocks(at) * of.prompt.blockTokens),
    picked: new Map(),
    ...given,
  };
}

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Lets `ms` go by. */
  advance(ms: number): void;
  /** Sets the monotonic time. */
  set(now: number): void;
}

/** 2026-01-01T00:00:00Z, wall time of a fake clock at its monotonic 0. */
const EPOCH = 1_767_225_600_000;

/** A clock at `now` ms. */
export function fakeClock(now = 0): FakeClock {
  let time = now;
  return {
    now: () => time,
    wallTime: () => EPOCH + time,
    advance(ms) {
      time += ms;
    },
    set(ms) {
      time = ms;
    },
  };
}

/** The same numbers in [0, 1) for the same seed: a linear congruential generator whose low bits are dropped. */
export function seededRandom(seed: number): Random {
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 33n) / 2 ** 31;
  };
}

/** The given numbers one after another, from the start again at the end. */
export function cyclingRandom(...numbers: readonly number[]): Random {
  let at = 0;
  return () => numbers[at++ % numbers.length] ?? 0;
}
