import type { RequestOutcome } from '../../simulator/outcome';
import type { Arrival, SimulatedRequest } from '../../simulator/request';
import { Conversation } from './conversation';
import { baseModel, modelFor } from './model-names';
import type { ChatAnswer, ChatFailure, LoadOptions, LoadProgress } from './types';

const SECOND_MS = 1000;
/** What chat templates put around messages, tokens, generously. */
const TEMPLATE_TOKENS = 32;

/** A load under way: sessions start when the workload says, and wait for the answers to their requests. */
export class LoadRun {
  /** Requests that ended, in the order of their ends. */
  public readonly outcomes: RequestOutcome[] = [];
  public readonly failures = new Map<string, number>();
  /** Whether any answer told what was cached. */
  public tellsCached = false;
  public tooLong = 0;
  #sent = 0;
  #completed = 0;
  readonly #startedAt: number;
  readonly #speed: number;
  readonly #maxTokens: number;

  public constructor(private readonly options: LoadOptions) {
    this.#startedAt = options.timing.now();
    this.#speed = options.speed ?? 1;
    this.#maxTokens = baseModel(options.models)?.maxTokens ?? Infinity;
  }

  /** Resolves when the last answer came, or soon after the signal aborts. */
  public async play(): Promise<void> {
    const { workload, seconds, signal } = this.options;
    const starts = workload.sessions();
    const sessions: Promise<void>[] = [];
    for (let next = starts.next(); next.done !== true && next.value.at <= seconds * SECOND_MS; next = starts.next()) {
      await this.#until(next.value.at);
      if (signal.aborted) break;
      sessions.push(this.#session(next.value));
    }
    await Promise.all(sessions);
  }

  public progress(): LoadProgress {
    return {
      elapsedSeconds: Math.min(this.options.seconds, this.#now() / SECOND_MS),
      sent: this.#sent,
      completed: this.#completed,
      failed: this.outcomes.length - this.#completed,
    };
  }

  async #session(first: Arrival): Promise<void> {
    const { workload, seconds, signal } = this.options;
    const conversation = new Conversation();
    let arrival: Arrival | undefined = first;
    while (arrival !== undefined && arrival.at <= seconds * SECOND_MS) {
      await this.#until(arrival.at);
      if (signal.aborted) return;
      const { request }: Arrival = arrival;
      if (request.promptTokens + request.outputTokens + TEMPLATE_TOKENS > this.#maxTokens) {
        this.tooLong++;
        return;
      }
      await this.#send(request, conversation);
      arrival = workload.next(request, this.#now());
    }
  }

  async #send(request: SimulatedRequest, conversation: Conversation): Promise<void> {
    const { send, signal, models, timing } = this.options;
    const arrivedAt = timing.now();
    this.#sent++;
    const chat = {
      model: modelFor(request, models),
      messages: conversation.ask(request),
      maxTokens: request.outputTokens,
    };
    let result: ChatAnswer | ChatFailure;
    try {
      result = await send(chat, signal);
    } catch (error) {
      // Given up by the user, and not the server's fault.
      if (signal.aborted) return;
      throw error;
    }
    if (result.kind === 'answer') conversation.answer(result.text);
    this.#note(request, arrivedAt, result);
  }

  #note(request: SimulatedRequest, arrivedAt: number, result: ChatAnswer | ChatFailure): void {
    const answered = result.kind === 'answer' ? result : undefined;
    if (result.kind === 'failure') this.failures.set(result.reason, (this.failures.get(result.reason) ?? 0) + 1);
    if (answered?.cachedTokens !== undefined) this.tellsCached = true;
    if (answered !== undefined) this.#completed++;
    this.outcomes.push({
      request: {
        ...request,
        promptTokens: answered?.promptTokens ?? request.promptTokens,
        outputTokens: answered?.outputTokens ?? request.outputTokens,
      },
      arrivedAt: this.#served(arrivedAt),
      slot: undefined,
      firstTokenAt: answered && this.#served(answered.firstTokenAt),
      finishedAt: answered && this.#served(answered.finishedAt),
      cachedTokens: answered?.cachedTokens ?? 0,
      attempts: 1,
      preemptions: 0,
      status: answered === undefined ? 'lost' : 'completed',
    });
  }

  /** A time of the clock as one of the servers', ms from the start. */
  #served(at: number): number {
    return (at - this.#startedAt) * this.#speed;
  }

  #now(): number {
    return this.#served(this.options.timing.now());
  }

  /** Waits for a time of the servers, or until the signal aborts. */
  #until(at: number): Promise<void> {
    const { timing, signal } = this.options;
    const ms = (at - this.#now()) / this.#speed;
    if (ms <= 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        release();
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const release = timing.after(ms, finish);
      signal.addEventListener('abort', finish, { once: true });
    });
  }
}
