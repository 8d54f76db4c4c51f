import { DESTINATION_ENDPOINT_HEADER } from '../../core/headers';
import type { Route } from '../routing/types';
import { AnswerRelay } from './answer-relay';
import type { ClientSide } from './client-side';
import { exchangeDirectly, unreachable } from './direct-exchange';
import type { PickerStream } from './ext-proc-client';
import { bodyFrame, headersFrame } from './ext-proc-request';
import type { HeadersAnswer, ImmediateResponse, ProcessingResponse } from './ext-proc-response';
import { mutate, valueOf, without } from './header-list';
import type { PoolTarget, ProxyParts } from './proxy-parts';
import type { RequestEvents } from './request-events';
import type { RequestHead } from './request-head';
import { UpstreamCall } from './upstream-call';
import { requestFrame } from './picker-request';
import { upstreamRequest } from './upstream-request';

/** Bytes of a body that are kept for the case that the picker fails; a longer one cannot go without it any more. */
const KEPT_BYTES = 16 * 1024 * 1024;

const NOTHING = new Uint8Array(0);

export interface PoolExchangeOptions {
  readonly parts: ProxyParts;
  readonly pool: PoolTarget;
  readonly route: Route;
  readonly head: RequestHead;
  readonly client: ClientSide;
  readonly events: RequestEvents;
}

/**
 * `asking`: the picker has the request. `sending`: it said where to, and the request goes there. `sent`: all of it
 * has. `over`: nobody is told anything any more.
 */
type Phase = 'asking' | 'sending' | 'sent' | 'over';

/** A request that goes where the picker of its pool says: client, picker and endpoint in full duplex. */
export class PoolExchange {
  readonly #options: PoolExchangeOptions;
  readonly #picker: PickerStream;
  readonly #answer: AnswerRelay;
  #phase: Phase = 'asking';
  /** The body so far; undefined once it is of no use. */
  #kept: Uint8Array[] | undefined = [];
  #keptBytes = 0;
  #isRead: boolean;
  #upstream: UpstreamCall | undefined;
  #timer: NodeJS.Timeout | undefined;
  #fullUpstream = false;
  #fullClient = false;

  public constructor(options: PoolExchangeOptions) {
    this.#options = options;
    const { pool, head, client } = options;
    this.#isRead = !head.hasBody;
    this.#picker = pool.picker.open({
      message: (answer) => {
        this.#guard(() => {
          this.#take(answer);
        });
      },
      drained: () => {
        client.resume();
        this.#upstream?.resume();
      },
      ended: (problem) => {
        this.#guard(() => {
          this.#pickerEnded(problem);
        });
      },
    });
    this.#answer = new AnswerRelay({
      client,
      picker: this.#picker,
      waits: () => {
        this.#awaitAnswer();
      },
      done: () => {
        this.#over();
      },
    });
    this.#picker.send(requestFrame(head, options.parts.subsetHeader));
    if (this.#isRead) this.#awaitAnswer();
    this.#readClient();
  }

  #readClient(): void {
    this.#options.client.attach({
      data: (chunk) => {
        this.#keep(chunk);
        return this.#picker.send(bodyFrame('request', chunk, false));
      },
      end: () => {
        if (this.#isRead) return;
        this.#isRead = true;
        this.#picker.send(bodyFrame('request', NOTHING, true));
        if (this.#phase === 'asking') this.#awaitAnswer();
      },
      drained: () => {
        this.#fullClient = false;
        this.#upstream?.resume();
        this.#resumePicker();
      },
      gone: () => {
        this.#breakOff();
      },
    });
  }

  #keep(chunk: Uint8Array): void {
    this.#keptBytes += chunk.length;
    if (this.#keptBytes > KEPT_BYTES) this.#kept = undefined;
    this.#kept?.push(chunk);
  }

  #take(answer: ProcessingResponse): void {
    if (this.#phase === 'over') return;
    switch (answer.kind) {
      case 'headers':
        if (answer.direction === 'request') this.#send(answer);
        else if (this.#answer.allow(answer.mutation)) clearTimeout(this.#timer);
        return;
      case 'body':
        if (answer.direction === 'request') this.#sendBody(answer.body, answer.endOfStream);
        else if (!this.#answer.allowBody(answer.body, answer.endOfStream)) this.#waitForClient();
        return;
      case 'immediate':
        this.#answerAtOnce(answer);
        return;
      case 'trailers': // none were sent
      case 'unknown':
        return;
    }
  }

  /** The request may go: to the endpoints of the picker's list. */
  #send({ mutation, destination }: HeadersAnswer): void {
    if (this.#phase !== 'asking') return;
    clearTimeout(this.#timer);
    const { parts, pool, head, route, events } = this.#options;
    this.#kept = undefined;
    this.#phase = head.hasBody ? 'sending' : 'sent';
    const changed = mutate(head.headers, mutation);
    // As Envoy in this mode: the body that the picker gives back goes in chunks.
    const headers = head.hasBody ? without(changed, 'content-length') : changed;
    const chosen = destination ?? valueOf(headers, DESTINATION_ENDPOINT_HEADER)?.split(',') ?? [];
    this.#upstream = new UpstreamCall({
      agent: parts.agent,
      candidates: pool.rotation.candidates(chosen.map((name) => name.trim())),
      request: upstreamRequest(head, without(headers, parts.subsetHeader ?? ''), route),
      handlers: {
        connected: (endpoint) => {
          events.endpoint(pool.name, endpoint);
        },
        response: (response) => {
          this.#guard(() => {
            this.#answer.start(response);
          });
        },
        data: (chunk) => this.#answer.data(chunk),
        end: () => {
          this.#answer.end();
        },
        drained: () => {
          this.#fullUpstream = false;
          this.#resumePicker();
        },
        failed: (why) => {
          this.#upstreamFailed(why);
        },
      },
    });
  }

  #sendBody(body: Uint8Array, endOfStream: boolean): void {
    const isTaken = this.#upstream?.write(body) !== false;
    if (endOfStream) this.#sendEnd();
    else if (!isTaken) {
      this.#fullUpstream = true;
      this.#picker.pause();
    }
  }

  #sendEnd(): void {
    if (this.#phase === 'sending') this.#phase = 'sent';
    this.#upstream?.end();
    // Nobody says of a request that has ended that it is on its way.
    this.#fullUpstream = false;
    this.#resumePicker();
  }

  #waitForClient(): void {
    this.#fullClient = true;
    this.#picker.pause();
  }

  /** The picker answers the client: it rejects the request, or takes back its word. */
  #answerAtOnce({ status, mutation, body }: ImmediateResponse): void {
    this.#upstream?.cancel();
    this.#over();
    this.#options.client.reply(status, body, mutate([], mutation));
  }

  #upstreamFailed(why: string): void {
    if (this.#phase === 'over') return;
    // The picker hears of the failure, as of any other answer.
    if (!this.#answer.isThere) {
      this.#picker.send(headersFrame('response', { headers: [[':status', '503']], endOfStream: true }));
      this.#over();
    } else this.#breakOff();
    this.#options.client.reply(503, unreachable(this.#options.pool.name, why));
  }

  /** The picker says no more: fine when it has let the request go and does not care for the answer. */
  #pickerEnded(problem: string | undefined): void {
    if (problem === undefined && this.#phase === 'sent' && !this.#answer.hasBegun) this.#passAnswer();
    else this.#pickerFailed(500, problem ?? 'it ended before the request did');
  }

  #pickerFailed(status: number, why: string): void {
    if (this.#phase === 'over') return;
    const { pool, client } = this.#options;
    if (pool.failsOpen && this.#phase === 'asking' && this.#kept !== undefined) this.#goWithout(this.#kept);
    else if (pool.failsOpen && this.#phase === 'sent' && !this.#answer.hasBegun) this.#passAnswer();
    else {
      this.#breakOff();
      client.reply(status, `the endpoint picker of ${pool.name} failed: ${why}\n`);
    }
  }

  /** Sends the request to any endpoint. */
  #goWithout(read: readonly Uint8Array[]): void {
    const { parts, pool, head, route, client, events } = this.#options;
    this.#breakOff();
    exchangeDirectly({
      client,
      agent: parts.agent,
      events,
      target: pool.name,
      candidates: pool.rotation.candidates(),
      request: upstreamRequest(head, without(head.headers, parts.subsetHeader ?? ''), route),
      read,
      isRead: this.#isRead,
    });
  }

  #passAnswer(): void {
    clearTimeout(this.#timer);
    this.#answer.pass();
    this.#upstream?.resume();
  }

  #awaitAnswer(): void {
    const { messageTimeoutMs } = this.#options.parts;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#guard(() => {
        this.#picker.cancel();
        this.#pickerFailed(504, `no answer within ${messageTimeoutMs} ms`);
      });
    }, messageTimeoutMs);
  }

  #resumePicker(): void {
    if (!this.#fullUpstream && !this.#fullClient) this.#picker.resume();
  }

  /** Nothing more is to be said to the picker. */
  #over(): void {
    this.#phase = 'over';
    clearTimeout(this.#timer);
    this.#picker.finish();
  }

  #breakOff(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    clearTimeout(this.#timer);
    this.#upstream?.cancel();
    this.#picker.cancel();
  }

  /** An error here is of this request alone. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#options.parts.onFault(error);
      this.#breakOff();
      this.#options.client.reply(500, 'the gateway failed\n');
    }
  }
}
