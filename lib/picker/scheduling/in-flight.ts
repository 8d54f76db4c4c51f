import type { CallTarget } from './call';
import type { Endpoint, EndpointLoad } from './endpoint';
import type { InferenceRequest } from './request';

/** The numbers of one endpoint. Whole numbers, so that what was added can be taken off again exactly. */
class Load implements EndpointLoad {
  public requests = 0;
  public prefillTokens = 0;
  public decodeTokens = 0;
  public lastPickedAt = -Infinity;
  /** When the last reading of the metrics was asked for. */
  public readAt = -Infinity;
  /** Times at which the unseen requests were routed, ascending. */
  public readonly unseen: number[] = [];

  public get unseenRequests(): number {
    return this.unseen.length;
  }
}

/** A request's share in an endpoint's load. */
export interface InFlightEntry {
  /** The prompt is computed: its tokens count as decoding from now on. */
  firstToken(): void;
  /** The answer has that many tokens more. */
  generated(tokens: number): void;
  /** The request is gone; a second call does nothing. */
  release(): void;
}

class Entry implements InFlightEntry {
  #prefillTokens: number;
  #decodeTokens = 0;
  #released = false;

  public constructor(
    private readonly load: Load,
    private readonly promptTokens: number,
    private readonly routedAt: number,
    uncachedTokens: number,
  ) {
    this.#prefillTokens = uncachedTokens;
    load.requests++;
    load.prefillTokens += uncachedTokens;
    if (routedAt > load.readAt) insertSorted(load.unseen, routedAt);
  }

  public firstToken(): void {
    if (this.#released || this.#decodeTokens > 0) return;
    this.load.prefillTokens -= this.#prefillTokens;
    this.#prefillTokens = 0;
    this.#decode(this.promptTokens);
  }

  public generated(tokens: number): void {
    if (!this.#released) this.#decode(wholeTokens(tokens));
  }

  public release(): void {
    if (this.#released) return;
    this.#released = true;
    this.load.requests--;
    this.load.prefillTokens -= this.#prefillTokens;
    this.load.decodeTokens -= this.#decodeTokens;
    const at = this.load.unseen.lastIndexOf(this.routedAt);
    if (at >= 0) this.load.unseen.splice(at, 1);
  }

  #decode(tokens: number): void {
    this.#decodeTokens += tokens;
    this.load.decodeTokens += tokens;
  }
}

/**
 * Counts what this picker gave to each endpoint and is not finished: known at once, where metrics come late. The only
 * writer of `Endpoint.load`.
 */
export class InFlight {
  /** The load of a new endpoint, for its `load`. */
  public attach(): EndpointLoad {
    return new Load();
  }

  /** Metrics of the endpoint arrived that were asked for at `at`: requests routed until then are in them. */
  public reading(endpoint: Endpoint, at: number): void {
    const load = loadOf(endpoint);
    load.readAt = Math.max(load.readAt, at);
    let seen = 0;
    while ((load.unseen[seen] ?? Infinity) <= load.readAt) seen++;
    if (seen > 0) load.unseen.splice(0, seen);
  }

  /** Counts a request at an endpoint until it is released. */
  public start(target: CallTarget, request: InferenceRequest, now: number): InFlightEntry {
    const load = loadOf(target.endpoint);
    load.lastPickedAt = now;
    return new Entry(load, wholeTokens(request.promptTokens), now, wholeTokens(target.uncachedTokens));
  }
}

function loadOf(endpoint: Endpoint): Load {
  if (endpoint.load instanceof Load) return endpoint.load;
  throw new TypeError(`the load of endpoint ${endpoint.id} was not made by InFlight.attach()`);
}

function wholeTokens(tokens: number): number {
  return tokens > 0 && tokens <= Number.MAX_SAFE_INTEGER ? Math.round(tokens) : 0;
}

/** Nearly always appends: only a request that moved to another endpoint comes late. */
function insertSorted(times: number[], time: number): void {
  let at = times.length;
  while (at > 0 && (times[at - 1] ?? -Infinity) > time) at--;
  times.splice(at, 0, time);
}
