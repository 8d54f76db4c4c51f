import type { Director, RejectVerdict, RequestBody, ResponseWatcher, RouteVerdict, Verdict } from '../director/types';
import { rejection } from '../director/rejection';
import type { Clock } from '../time';
import { BodyCollector, type Collected } from './body-collector';
import type { ByteBudget } from './byte-budget';
import type { Allocate } from './frame';
import { GrpcStatus, type GrpcStatusCode } from './grpc-status';
import { immediateAnswer } from './immediate';
import { checkProtocol } from './processing-mode';
import { RequestAnswer, type RequestEnd } from './request-answer';
import { PendingHead } from './request-head';
import type { BodyMessage, HeadersMessage, ProcessingRequest } from './requests';
import type { ResponseEncoder } from './responses';
import { ResponseRelay, SequenceError } from './response-relay';

/** What all exchanges share. */
export interface ExchangeParts {
  readonly director: Director;
  readonly clock: Clock;
  readonly encoder: ResponseEncoder;
  readonly allocate: Allocate;
  /** Longest request body, bytes. */
  readonly maxBodyBytes: number;
  /** Request bodies of all streams. */
  readonly budget: ByteBudget;
  /** Told of errors that no input should cause. */
  readonly onFault: (error: unknown) => void;
}

/** Where an exchange's messages go. */
export interface ExchangeOutput {
  /** Sends a frame. False when the gateway is slow to take them: then large bodies wait until `Exchange.drained`. */
  send(frame: Uint8Array): boolean;
  /** Ends the stream after what was sent. Called at most once, and nothing is sent after it. */
  close(status: GrpcStatusCode, message: string): void;
}

/**
 * `head`, `body`: the request comes in. `deciding`: the director has it. `answering`: its body goes out again.
 * `answered`: the picker has done its part. `bypassed`: the gateway answers by itself. `over`: nothing goes in or out.
 */
type Phase = 'head' | 'body' | 'deciding' | 'answering' | 'answered' | 'bypassed' | 'over';

/** One HTTP request and its response, as a gateway's stream tells of them. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #output: ExchangeOutput;
  readonly #collector: BodyCollector;
  readonly #relay: ResponseRelay;
  #phase: Phase = 'head';
  #head: PendingHead | undefined;
  #requestEnd: RequestEnd = 'headers';
  #answer: RequestAnswer | undefined;
  /** Set while its `end` is owed. */
  #watcher: ResponseWatcher | undefined;

  public constructor(parts: ExchangeParts, output: ExchangeOutput) {
    this.#parts = parts;
    this.#output = output;
    this.#collector = new BodyCollector({ limit: parts.maxBodyBytes, budget: parts.budget, allocate: parts.allocate });
    this.#relay = new ResponseRelay(parts.encoder, (frame) => {
      this.#output.send(frame);
    });
  }

  /** Whether the response has passed as a whole: nothing is lost when the stream ends. */
  public get isComplete(): boolean {
    return this.#relay.isComplete;
  }

  /** Takes the gateway's next message. Never throws. */
  public receive(message: ProcessingRequest): void {
    if (this.#phase === 'over') return;
    try {
      if (message.observed) this.#close('aborted', GrpcStatus.OK, '');
      else if (message.direction === 'request') this.#takeRequest(message);
      else this.#takeResponse(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The gateway took what was sent. */
  public drained(): void {
    if (this.#phase === 'answering') this.#sendAnswer();
  }

  /** The gateway sends no more messages. */
  public halfClosed(): void {
    this.#close('aborted', GrpcStatus.OK, '');
  }

  /** The stream is gone; nothing can be sent. */
  public cancelled(): void {
    if (this.#phase !== 'over') this.#finish('aborted');
  }

  /** The gateway sent bytes that are no message. */
  public refuse(status: GrpcStatusCode, message: string): void {
    this.#close('failed', status, message);
  }

  #takeRequest(message: ProcessingRequest): void {
    if (this.#head !== undefined && message.hints.subset !== undefined) this.#head.subset = message.hints.subset;
    if (this.#phase === 'bypassed') return;
    switch (message.kind) {
      case 'headers':
        this.#takeHeaders(message);
        return;
      case 'body':
        this.#takeBody(message);
        return;
      case 'trailers':
        this.#expectBody('trailers');
        this.#requestEnd = 'trailers';
        this.#decide(this.#collector.isEmpty ? undefined : this.#collector.body);
        return;
      case 'unknown':
        return;
    }
  }

  #takeHeaders(message: HeadersMessage): void {
    if (this.#phase !== 'head') throw new SequenceError('request headers came twice');
    const problem = checkProtocol(message);
    if (problem !== undefined) {
      this.#close('failed', GrpcStatus.FAILED_PRECONDITION, problem);
      return;
    }
    this.#head = new PendingHead(message.headers, this.#parts.clock.now());
    this.#head.subset = message.hints.subset;
    this.#phase = 'body';
    if (message.endOfStream) this.#decide(undefined);
    else if (Number(message.headers.get('content-length')) > this.#parts.maxBodyBytes) this.#refuseBody('over-limit');
  }

  #takeBody(message: BodyMessage): void {
    this.#expectBody('body');
    const collected = this.#collector.add(message.body);
    if (collected !== 'taken') {
      this.#refuseBody(collected);
      return;
    }
    if (!message.endOfStream) return;
    this.#requestEnd = 'body';
    this.#decide(this.#collector.body);
  }

  #expectBody(what: string): void {
    if (this.#phase === 'head') throw new SequenceError(`request ${what} came before request headers`);
    if (this.#phase !== 'body') throw new SequenceError(`request ${what} came after the end of the request`);
  }

  #refuseBody(why: Exclude<Collected, 'taken'>): void {
    const { maxBodyBytes, budget } = this.#parts;
    this.#reject(
      why === 'over-limit'
        ? rejection('PayloadTooLarge', `the request body is longer than the limit of ${maxBodyBytes} bytes`)
        : rejection(
            'ResourceExhausted',
            `the endpoint picker holds request bodies of ${budget.used} bytes and takes at most ${budget.limit}; try again later`,
            { reason: 'rejected-saturated' },
          ),
    );
  }

  #decide(body: RequestBody | undefined): void {
    const head = this.#head;
    if (head === undefined) return;
    this.#phase = 'deciding';
    const verdict = this.#parts.director.direct(head, body);
    if (verdict instanceof Promise) {
      verdict
        .then((settled) => {
          this.#settle(settled);
        })
        .catch((error: unknown) => {
          this.#fail(error);
        });
    } else this.#settle(verdict);
  }

  /** Acts on a verdict, which may come when nobody needs it any more. */
  #settle(verdict: Verdict): void {
    if (this.#phase === 'deciding') {
      if (verdict.kind === 'reject') this.#reject(verdict);
      else this.#route(verdict);
    } else if (verdict.kind === 'route') {
      try {
        verdict.exchange.end('aborted');
      } catch (error) {
        this.#parts.onFault(error);
      }
    }
  }

  #route(verdict: RouteVerdict): void {
    const head = this.#head;
    if (head === undefined) return;
    this.#watcher = verdict.exchange;
    this.#watcher.onEvict = (eviction) => {
      if (this.#phase !== 'over' && !this.#relay.isComplete) this.#reject(eviction);
    };
    this.#answer = new RequestAnswer({ encoder: this.#parts.encoder, head, verdict, end: this.#requestEnd });
    this.#phase = 'answering';
    this.#sendAnswer();
  }

  /** Sends as much of the request as the gateway takes. */
  #sendAnswer(): void {
    for (let frame = this.#answer?.next(); frame !== undefined; frame = this.#answer?.next()) {
      if (!this.#output.send(frame)) return;
    }
    this.#phase = 'answered';
    this.#answer = undefined;
    this.#collector.release();
  }

  #takeResponse(message: ProcessingRequest): void {
    // A gateway that answers by itself, for a timeout say, tells of that answer too.
    if (this.#phase === 'head' || this.#phase === 'body' || this.#phase === 'deciding') this.#bypass();
    this.#relay.take(message, this.#watcher);
    if (this.#relay.isComplete) this.#endWatcher('completed');
  }

  #bypass(): void {
    this.#phase = 'bypassed';
    this.#collector.release();
    this.#head?.abort();
  }

  #reject(verdict: RejectVerdict): void {
    this.#output.send(this.#parts.encoder.immediate(immediateAnswer(verdict)));
    this.#close('aborted', GrpcStatus.OK, '');
  }

  #fail(error: unknown): void {
    if (error instanceof SequenceError) this.#close('failed', GrpcStatus.INVALID_ARGUMENT, error.message);
    else {
      this.#parts.onFault(error);
      this.#close('failed', GrpcStatus.INTERNAL, 'the endpoint picker failed; its log says why');
    }
  }

  #close(how: 'aborted' | 'failed', status: GrpcStatusCode, message: string): void {
    if (this.#phase === 'over') return;
    this.#finish(how);
    this.#output.close(status, message);
  }

  /** Lets go of everything. The director hears at once that nobody waits, and how it ended. */
  #finish(how: 'aborted' | 'failed'): void {
    this.#phase = 'over';
    this.#answer = undefined;
    this.#collector.release();
    this.#head?.abort();
    this.#endWatcher(how);
  }

  #endWatcher(how: 'completed' | 'aborted' | 'failed'): void {
    const watcher = this.#watcher;
    if (watcher === undefined) return;
    this.#watcher = undefined;
    watcher.onEvict = undefined;
    try {
      watcher.end(how);
    } catch (error) {
      this.#parts.onFault(error);
    }
  }
}
