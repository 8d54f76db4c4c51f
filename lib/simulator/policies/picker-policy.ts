import type { CallFollower } from '../../picker/director/parts';
import { LiveCall } from '../../picker/director/live-call';
import { PluginHooks } from '../../picker/director/plugin-hooks';
import type { PodFacts } from '../../picker/pool/pod-facts';
import { PoolState, type PoolListener } from '../../picker/pool/pool-state';
import type { CallOutcome } from '../../picker/scheduling/call';
import type { Endpoint, EndpointMetrics } from '../../picker/scheduling/endpoint';
import { InFlight } from '../../picker/scheduling/in-flight';
import { InFlightCalls } from '../../picker/scheduling/in-flight-calls';
import type { InferenceRequest } from '../../picker/scheduling/request';
import type { Scheduler } from '../../picker/scheduling/scheduler';
import type { Random } from '../../picker/time';
import type { Policy, PolicySetup, RoutedRequest } from '../policy';

/** The part of a picker that a configuration decides about. */
export interface PickerBrain {
  readonly scheduler: Scheduler;
  /** Books beside the in-flight requests, such as the prefix index. */
  readonly followers: readonly BookKeeper[];
  /** Blocks at the head of a prompt that are looked at. */
  readonly mostBlocks: number;
}

/** Who follows calls, and the pool as well. */
export type BookKeeper = CallFollower & PoolListener;

const POD_PORT = 8000;
const LABELS = Object.freeze({ app: 'simulated' });
/** Characters of a token, for the size of a body that is never made. */
const BYTES_PER_TOKEN = 4;

/**
 * The picker's own scheduler, pool, in-flight books and prefix index behind the simulator's interface: what decides here
 * is what decides in a cluster. Only the protocol around it is missing.
 */
export function pickerPolicy(name: string, setup: PolicySetup, brain: PickerBrain): Policy {
  return new PickerPolicy(name, setup.random, brain);
}

class PickerPolicy implements Policy {
  readonly #pool: PoolState;
  readonly #followers: readonly CallFollower[];
  readonly #hooks: PluginHooks;
  readonly #scheduler: Scheduler;
  readonly #inFlight = new InFlight();
  /** Endpoints by the simulator's slots, and back by the pods' names. */
  readonly #endpoints = new Map<number, Endpoint>();
  readonly #slots = new Map<string, number>();
  readonly #calls = new Map<number, LiveCall>();
  #now = 0;

  public constructor(
    public readonly name: string,
    private readonly random: Random,
    private readonly brain: PickerBrain,
  ) {
    this.#scheduler = brain.scheduler;
    this.#pool = new PoolState({
      name: 'simulated',
      namespace: 'simulation',
      clock: { now: () => this.#now },
      attach: () => this.#inFlight.attach(),
    });
    const books = new InFlightCalls(this.#inFlight);
    this.#followers = [books, ...brain.followers];
    this.#hooks = new PluginHooks(brain.scheduler.plugins, (plugin, hook, error) => {
      throw new Error(`plugin ${plugin.name} failed in ${hook}: ${String(error)}`);
    });
    this.#pool.listen({
      measured: (endpoint, metrics) => {
        this.#inFlight.reading(endpoint, metrics.at);
        for (const follower of brain.followers) follower.measured?.(endpoint, metrics);
      },
      removed: (endpoint) => {
        for (const follower of brain.followers) follower.removed?.(endpoint);
        this.#hooks.endpointRemoved(endpoint);
      },
    });
    this.#pool.setSpec({ selector: LABELS, targetPorts: [POD_PORT] });
    this.#pool.replacePods([]);
  }

  public podAdded(slot: number, now: number): void {
    this.#now = now;
    const pod = podFacts(slot);
    this.#slots.set(pod.name, slot);
    this.#pool.upsertPod(pod);
    const endpoint = this.#pool.endpoints.find(({ podName }) => podName === pod.name);
    if (endpoint !== undefined) this.#endpoints.set(slot, endpoint);
  }

  public podRemoved(slot: number, now: number): void {
    this.#now = now;
    this.#pool.removePod(podFacts(slot).name);
  }

  public scraped(slot: number, metrics: EndpointMetrics, now: number): void {
    this.#now = now;
    const endpoint = this.#endpoints.get(slot);
    if (endpoint !== undefined) this.#pool.reading(endpoint, metrics);
  }

  public choose(routed: RoutedRequest, now: number): number | undefined {
    this.#now = now;
    const request = inferenceRequest(routed, now, this.brain.mostBlocks);
    const seed = Math.floor(this.random() * 2 ** 32);
    const outcome = this.#scheduler.schedule(request, this.#pool.endpoints, { now, seed });
    if (outcome.kind === 'unschedulable') return undefined;
    const targets = this.#scheduler.targets(outcome.picks);
    const primary = targets.find(({ profile }) => profile === outcome.primaryProfile);
    if (primary === undefined) return undefined;
    const others = targets.filter((target) => target !== primary);
    const call = new LiveCall(request, `decision-${routed.tag}`, now, primary, others);
    this.#calls.set(routed.tag, call);
    for (const follower of this.#followers) follower.routed?.(call, now);
    this.#hooks.routed(call, now);
    return this.#slots.get(primary.endpoint.podName);
  }

  public firstToken({ tag }: RoutedRequest, _slot: number, now: number): void {
    const call = this.#calls.get(tag);
    if (call?.firstTokenAt !== undefined || call === undefined) return;
    this.#now = now;
    call.firstTokenAt = now;
    for (const follower of this.#followers) follower.firstToken?.(call, now);
    this.#hooks.firstToken(call, now);
  }

  public generated({ tag }: RoutedRequest, tokens: number): void {
    const call = this.#calls.get(tag);
    if (call === undefined) return;
    call.streamedEvents += tokens;
    for (const follower of this.#followers) follower.generated?.(call, tokens);
  }

  public finished({ tag, request }: RoutedRequest, _slot: number, now: number, outcome: CallOutcome): void {
    const call = this.#calls.get(tag);
    if (call === undefined) return;
    this.#now = now;
    this.#calls.delete(tag);
    call.finishedAt = now;
    call.outcome = outcome;
    call.status = outcome === 'completed' ? 200 : 502;
    if (outcome === 'completed') {
      const { promptTokens, outputTokens } = request;
      call.streamedEvents = outputTokens;
      call.usage = { promptTokens, outputTokens, cachedTokens: undefined };
    }
    for (const follower of this.#followers) follower.finished?.(call, now);
    this.#hooks.finished(call, now);
  }
}

function podFacts(slot: number): PodFacts {
  return {
    name: `pod-${slot}`,
    namespace: 'simulation',
    uid: `uid-${slot}`,
    address: `10.${(slot >> 16) & 255}.${(slot >> 8) & 255}.${slot & 255}`,
    labels: LABELS,
    ready: true,
    ports: undefined,
    activePorts: undefined,
  };
}

const NO_HEADERS: ReadonlyMap<string, string> = new Map();
const NO_OBJECTIVE = Object.freeze({ ttftMs: undefined, tpotMs: undefined });

/** A request as the picker's parsers would describe it. */
export function inferenceRequest(routed: RoutedRequest, now: number, mostBlocks = Infinity): InferenceRequest {
  const { request, hashes, blockTokens, tag } = routed;
  return {
    id: `request-${tag}`,
    incomingModel: request.model,
    model: request.model,
    priority: 0,
    fairnessId: 'default-flow',
    headers: NO_HEADERS,
    promptTokens: request.promptTokens,
    maxOutputTokens: request.maxOutputTokens,
    prompt: { hashes: hashes.length > mostBlocks ? hashes.subarray(0, mostBlocks) : hashes, blockTokens },
    bodyBytes: request.promptTokens * BYTES_PER_TOKEN,
    streaming: true,
    objective: NO_OBJECTIVE,
    receivedAt: now,
  };
}
