import { DECISION_ID_HEADER } from '../../core/headers';
import type { Admitted } from '../admission/types';
import type { PoolView } from '../pool/views';
import type { CallOutcome, Usage } from '../scheduling/call';
import type { Endpoint } from '../scheduling/endpoint';
import type { Clock } from '../time';
import type { CallEvents } from './call-events';
import type { LiveCall } from './live-call';
import type { Moment } from './moment';
import type { AnswerReader } from './parts';
import { eviction } from './rejection';
import { servedEndpoint } from './served-endpoint';
import type { RejectVerdict, ResponseWatcher } from './types';

/** What a watcher works with. */
export interface WatcherOptions {
  readonly call: LiveCall;
  readonly moment: Moment;
  /** Endpoints that the gateway was given, best first. */
  readonly chosen: readonly Endpoint[];
  /** Undefined for a request without a body, whose answer is nothing that could be read. */
  readonly reader: AnswerReader | undefined;
  readonly events: CallEvents;
  readonly pool: PoolView;
  readonly clock: Clock;
  /** Gives back what admission gave. */
  readonly release: Admitted['release'];
  readonly decisionHeader: boolean;
}

type Headers = ReadonlyMap<string, string>;

/** Follows one answer and keeps the books by it. Whatever order its methods are called in, a call ends exactly once. */
export class AnswerWatcher implements ResponseWatcher {
  readonly #options: WatcherOptions;
  #onEvict: ((verdict: RejectVerdict) => void) | undefined;
  #evicted = false;
  #answered = false;

  public constructor(options: WatcherOptions) {
    this.#options = options;
  }

  public get onEvict(): ((verdict: RejectVerdict) => void) | undefined {
    return this.#onEvict;
  }

  public set onEvict(onEvict: ((verdict: RejectVerdict) => void) | undefined) {
    this.#onEvict = onEvict;
    // Admission may have changed its mind before the protocol took the decision over; let it finish doing so.
    if (onEvict !== undefined && this.#evicted) void Promise.resolve().then(() => this.#onEvict?.(this.#eviction()));
  }

  public get usage(): Usage | undefined {
    return this.#options.reader?.usage;
  }

  /** Ends the running request with a 429; without effect once the answer is complete. */
  public evict(): void {
    if (this.#evicted || this.#answered || this.#options.call.finishedAt !== undefined) return;
    this.#evicted = true;
    this.#onEvict?.(this.#eviction());
  }

  public headers(headers: Headers, served: string | undefined): readonly (readonly [string, string])[] {
    const { call, events, reader, decisionHeader } = this.#options;
    call.status = statusOf(headers) ?? call.status;
    if (served !== undefined) this.#served(served);
    reader?.headers(headers);
    call.streamed = isEventStream(headers);
    const set: (readonly [string, string])[] = [];
    if (decisionHeader) set.push([DECISION_ID_HEADER, call.decisionId]);
    events.answerHeaders(call, set);
    return set;
  }

  public body(chunk: Uint8Array, last: boolean): Uint8Array {
    const { call, reader, events, clock } = this.#options;
    if (call.finishedAt !== undefined) return chunk;
    if (chunk.length > 0 && call.firstTokenAt === undefined && !isError(call.status)) {
      call.firstTokenAt = clock.now();
      events.firstToken(call, call.firstTokenAt);
    }
    if (last) this.#answered = true;
    if (reader === undefined) return chunk;
    const passed = reader.chunk(chunk, last);
    if (reader.events > call.streamedEvents) {
      const more = reader.events - call.streamedEvents;
      call.streamedEvents = reader.events;
      events.generated(call, more);
    }
    return passed;
  }

  public end(how: 'completed' | 'aborted' | 'failed'): void {
    const { call, events, clock, release, reader } = this.#options;
    if (call.finishedAt !== undefined) return;
    call.finishedAt = clock.now();
    call.outcome = this.#outcome(how);
    call.usage = reader?.usage;
    try {
      events.finished(call, call.finishedAt);
    } finally {
      release();
    }
  }

  #outcome(how: 'completed' | 'aborted' | 'failed'): CallOutcome {
    if (this.#evicted && !this.#answered) return 'evicted';
    if (how === 'failed') return 'picker-error';
    if ((this.#options.call.status ?? 0) >= 500) return 'server-error';
    return how === 'completed' ? 'completed' : 'client-disconnected';
  }

  #eviction(): RejectVerdict {
    return eviction(this.#options.call.decisionId);
  }

  #served(served: string): void {
    const { call, chosen, pool, moment, events, clock } = this.#options;
    call.served = served;
    const from = call.primary.endpoint;
    const endpoint = servedEndpoint(served, chosen, pool.endpoints);
    if (endpoint === undefined || endpoint === from || call.finishedAt !== undefined) return;
    const { matchedBlocks, uncachedTokens } = moment.target(call.primary.profile, endpoint);
    call.move(endpoint, matchedBlocks, uncachedTokens);
    events.moved(call, from, clock.now());
  }
}

/** Envoy sends `:status`; upstream's test client sends `status`. */
function statusOf(headers: Headers): number | undefined {
  const status = Number(headers.get(':status') ?? headers.get('status'));
  return Number.isInteger(status) && status >= 100 && status <= 999 ? status : undefined;
}

function isError(status: number | undefined): boolean {
  return status !== undefined && status >= 400;
}

function isEventStream(headers: Headers): boolean {
  return headers.get('content-type')?.toLowerCase().includes('text/event-stream') ?? false;
}
