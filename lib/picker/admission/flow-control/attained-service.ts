import type { InferenceRequest } from '../../scheduling/request';
import type { FlowSet } from './flow-set';
import { type HeapNode, IndexedHeap } from './indexed-heap';
import { LinkedList, type ListNode } from './linked-list';
import { leavesBefore, type WaitingRequest } from './waiting-request';

/** Upstream counts an output token for two input tokens. */
const OUTPUT_TOKEN_WEIGHT = 2;
/** Output tokens of a request that sets no limit: about the mean of chat traffic. */
const UNKNOWN_OUTPUT_TOKENS = 256;
/** Flows without requests that are remembered at most: fairness ids are the clients' to choose. */
const MOST_IDLE_FLOWS = 10_000;
/** Half-lives after which all numbers are scaled down, long before they overflow. */
const RESCALE_AFTER_HALF_LIVES = 256;

/** The requests of one tenant, and what it was given. In the heap while it has requests, else in the list of the idle. */
class Flow implements HeapNode, ListNode<Flow> {
  public heapIndex = -1;
  public previous: Flow | undefined;
  public next: Flow | undefined;
  public readonly queue = new IndexedHeap<WaitingRequest>(leavesBefore);
  /** Tokens, those of later days weighted more instead of earlier ones less: the order of flows needs no updates. */
  public attained = 0;
  public lastTurn = 0;
  public idleSince = -Infinity;
  public constructor(public readonly id: string) {}
}

/**
 * The flow that was given the fewest tokens of late goes next, whatever the size of its requests. Tokens count when a
 * request goes on, so that a burst of one tenant cannot overtake its own bill. A flow that comes back starts at the
 * level of the least served one that waits: otherwise a row of new names would starve everybody else.
 */
export class AttainedService implements FlowSet {
  readonly #halfLifeMs: number;
  readonly #flows = new Map<string, Flow>();
  readonly #waiting = new IndexedHeap<Flow>(
    (a, b) => a.attained < b.attained || (a.attained === b.attained && a.lastTurn < b.lastTurn),
  );
  readonly #idle = new LinkedList<Flow>();
  #epoch = 0;
  #turns = 0;

  public constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  public get head(): WaitingRequest | undefined {
    return this.#waiting.peek()?.queue.peek();
  }

  public get flows(): number {
    return this.#flows.size;
  }

  public add(waiting: WaitingRequest): void {
    const flow = this.#flowOf(waiting.ticket.request.fairnessId);
    flow.queue.push(waiting);
    if (flow.heapIndex >= 0) return;
    flow.attained = Math.max(flow.attained, this.#waiting.peek()?.attained ?? 0);
    flow.lastTurn = ++this.#turns;
    this.#waiting.push(flow);
  }

  public remove(waiting: WaitingRequest, now: number): void {
    const flow = this.#flows.get(waiting.ticket.request.fairnessId);
    if (flow === undefined) return;
    flow.queue.remove(waiting);
    if (flow.queue.size > 0) return;
    this.#waiting.remove(flow);
    flow.idleSince = now;
    this.#idle.append(flow);
    if (this.#idle.size > MOST_IDLE_FLOWS) this.forgetIdle(-Infinity);
  }

  public take(head: WaitingRequest, now: number): void {
    const flow = this.#flows.get(head.ticket.request.fairnessId);
    if (flow === undefined) return;
    flow.attained += costOf(head.ticket.request) * this.#weightOf(now);
    flow.lastTurn = ++this.#turns;
    this.remove(head, now);
    if (flow.heapIndex < 0) return;
    this.#waiting.remove(flow);
    this.#waiting.push(flow);
  }

  public forgetIdle(since: number): void {
    for (let flow = this.#idle.first; flow !== undefined; flow = this.#idle.first) {
      if (flow.idleSince > since && this.#idle.size <= MOST_IDLE_FLOWS) return;
      this.#idle.remove(flow);
      this.#flows.delete(flow.id);
    }
  }

  #flowOf(id: string): Flow {
    const known = this.#flows.get(id);
    if (known === undefined) {
      const flow = new Flow(id);
      this.#flows.set(id, flow);
      return flow;
    }
    if (known.heapIndex < 0) this.#idle.remove(known);
    return known;
  }

  #weightOf(now: number): number {
    const halfLives = (now - this.#epoch) / this.#halfLifeMs;
    if (halfLives < RESCALE_AFTER_HALF_LIVES) return 2 ** halfLives;
    // One factor for all flows keeps their order, and so the heap.
    for (const flow of this.#flows.values()) flow.attained *= 2 ** -halfLives;
    this.#epoch = now;
    return 1;
  }
}

function costOf(request: InferenceRequest): number {
  return request.promptTokens + OUTPUT_TOKEN_WEIGHT * (request.maxOutputTokens ?? UNKNOWN_OUTPUT_TOKENS);
}
