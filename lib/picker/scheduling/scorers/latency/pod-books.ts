import type { Call } from '../../call';
import type { Endpoint, EndpointMetrics } from '../../endpoint';
import type { SchedulingContext } from '../../plugin';
import { AnsweredPrompts } from './answered-prompts';
import { foreignWaiting, fullnessOf } from './load';
import { type PendingPrompt, PodBook } from './pod-book';
import type { PoolView } from './pod-view';
import { PoolAverages } from './pool-averages';
import { promptWork } from './prompt-work';

/** Answers with fewer tokens say little about the time of one. */
const LEAST_TOKENS = 8;
/** Names of adapters that are kept. */
const MOST_ADAPTERS = 1024;

/** Part of a pod's pace that a new answer makes. */
const PACE_SHARE = 1 / 50;
/** How far one answer can seem from the others. */
const MOST_PACE = 4;
/** Above this part of the cache in use, first tokens also wait for room. */
const CROWDED = 0.9;

/** A call under way. */
interface Entry {
  readonly book: PodBook;
  readonly prompt: PendingPrompt;
  readonly routedAt: number;
  /** Whether its time to first token is a matter of computing prompts alone. */
  readonly telling: boolean;
  readonly adapterMissing: boolean;
}

/** Learns from calls what the cost of pods is estimated with. */
export class PodBooks {
  readonly #bySlot: (PodBook | undefined)[] = [];
  readonly #entries = new Map<Call, Entry>();
  readonly #averages = new PoolAverages();
  readonly #adapters = new Set<string>();
  readonly #answered = new AnsweredPrompts();
  readonly #pool: PoolView = {
    output: 0,
    residenceMs: 0,
    stepMs: 0,
    work: 0,
    cacheTokens: 0,
    adapterMs: 0,
    isAdapter: false,
  };

  /** What is known of the pool for a request. The object is reused. */
  public pool({ request }: SchedulingContext): PoolView {
    const { output, residenceMs, stepMs, work, cacheTokens, adapterMs } = this.#averages;
    const pool = this.#pool;
    pool.output = Math.min(output.value, request.maxOutputTokens ?? Infinity);
    pool.residenceMs = residenceMs.value;
    pool.stepMs = stepMs.value;
    pool.work = work.value;
    pool.cacheTokens = cacheTokens;
    pool.adapterMs = adapterMs.value;
    pool.isAdapter = this.#adapters.size > 0 && this.#adapters.has(request.model);
    return pool;
  }

  /** What is known of an endpoint at the moment of a decision. The object is reused. */
  public view(context: SchedulingContext, endpoint: Endpoint, adapter: string | undefined): PodBook {
    const known = this.#bySlot[endpoint.slot];
    const book = known?.endpoint === endpoint ? known : this.#bookOf(endpoint);
    book.settle(this.#averages.speed, context.now, adapter);
    book.answered = this.#answered.tokensAt(context.request, context.matchedBlocks(endpoint), endpoint);
    return book;
  }

  public routed(call: Call, now: number): void {
    const { primary, request } = call;
    const { endpoint } = primary;
    const { metrics } = endpoint;
    const book = this.#bookOf(endpoint);
    if (metrics !== undefined) this.#learnMetrics(metrics);
    book.settle(this.#averages.speed, now, undefined);
    const answered = this.#answered.tokensAt(request, primary.matchedBlocks, endpoint);
    const work = promptWork(Math.min(primary.uncachedTokens, request.promptTokens - answered), request.promptTokens);
    const workAtRouting = book.backlog + foreignWaiting(endpoint, metrics) * this.#averages.work.value + work;
    const adapterMissing = this.#adapters.has(request.model) && !hasModel(book, metrics, request.model);
    const prompt: PendingPrompt = {
      work,
      tokens: request.promptTokens,
      workAtRouting,
      expectedMs: book.baseMs + workAtRouting * book.msPerWork,
      silent: !request.streaming,
    };
    const telling = request.streaming && (metrics?.kvCacheUsage ?? 0) < CROWDED;
    book.push(prompt, now);
    const places = metrics?.maxAdapters ?? 0;
    if (places > 0) book.useModel(request.model, places);
    this.#entries.set(call, { book, prompt, routedAt: now, telling, adapterMissing });
    this.#averages.work.add(work);
  }

  public moved(call: Call, now: number): void {
    this.#leave(call, now);
    this.routed(call, now);
  }

  public firstToken(call: Call, now: number): void {
    const entry = this.#entries.get(call);
    if (entry === undefined || entry.prompt.silent) return;
    const { book, prompt, telling, adapterMissing } = entry;
    book.remove(prompt, now);
    if (!telling) return;
    const ms = now - entry.routedAt;
    if (adapterMissing) {
      this.#averages.adapterMs.add(Math.max(0, ms - prompt.expectedMs));
      return;
    }
    const averages = this.#averages;
    averages.addFirstToken(prompt.workAtRouting, ms, prompt.expectedMs);
    book.learn(prompt, ms, averages.speed, now);
  }

  public finished(call: Call, now: number): void {
    const entry = this.#entries.get(call);
    if (entry === undefined) return;
    this.#leave(call, now);
    if (call.outcome === 'server-error' || (call.status ?? 0) >= 500) entry.book.fail(now);
    else if (call.outcome === 'completed') this.#learnAnswer(call, entry.book, now);
  }

  public removed({ slot, generation }: Endpoint): void {
    if (this.#bySlot[slot]?.endpoint.generation === generation) this.#bySlot[slot] = undefined;
  }

  #leave(call: Call, now: number): void {
    const entry = this.#entries.get(call);
    if (entry === undefined) return;
    this.#entries.delete(call);
    entry.book.remove(entry.prompt, now);
  }

  #bookOf(endpoint: Endpoint): PodBook {
    const known = this.#bySlot[endpoint.slot];
    const book = known?.endpoint.generation === endpoint.generation ? known : new PodBook(endpoint);
    this.#bySlot[endpoint.slot] = book;
    return book;
  }

  #learnMetrics({ runningAdapters, blocks, blockSizeTokens }: EndpointMetrics): void {
    if (blocks !== undefined && blockSizeTokens !== undefined) this.#averages.cacheTokens = blocks * blockSizeTokens;
    for (const name of runningAdapters) if (this.#adapters.size < MOST_ADAPTERS) this.#adapters.add(name);
  }

  #learnAnswer({ streamedEvents, firstTokenAt, usage, primary, request }: Call, book: PodBook, now: number): void {
    const averages = this.#averages;
    const tokens = usage?.outputTokens ?? streamedEvents;
    if (tokens > 0) averages.output.add(tokens);
    this.#answered.add(request, primary.endpoint, tokens);
    if (!request.streaming || firstTokenAt === undefined || streamedEvents < LEAST_TOKENS) return;
    averages.residenceMs.add(now - firstTokenAt);
    const { load, metrics } = primary.endpoint;
    const ms = (now - firstTokenAt) / (streamedEvents - 1);
    const idleMs = ms / (1 + fullnessOf(load.decodeTokens, metrics, averages.cacheTokens));
    const pace = Math.min(MOST_PACE, Math.max(1 / MOST_PACE, idleMs / averages.stepMs.value));
    averages.stepMs.add(idleMs);
    book.pace += (pace - book.pace) * PACE_SHARE;
  }
}

function hasModel(book: PodBook, metrics: EndpointMetrics | undefined, model: string): boolean {
  return book.hasModel(model) || metrics?.runningAdapters.has(model) === true;
}
