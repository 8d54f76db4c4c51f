import type { FlowSet } from './flow-set';
import { IndexedHeap } from './indexed-heap';
import { LinkedList, type ListNode } from './linked-list';
import { leavesBefore, type WaitingRequest } from './waiting-request';

/** The requests of one tenant. */
class Flow implements ListNode<Flow> {
  public previous: Flow | undefined;
  public next: Flow | undefined;
  public readonly queue = new IndexedHeap<WaitingRequest>(leavesBefore);
  public constructor(public readonly id: string) {}
}

/**
 * One request of each flow after the other. A flow that comes goes to the end of the ring, so that between two requests
 * of a flow each other flow has at most one. A flow without requests is gone: it has nothing to remember.
 */
export class RoundRobin implements FlowSet {
  readonly #flows = new Map<string, Flow>();
  readonly #ring = new LinkedList<Flow>();

  public get head(): WaitingRequest | undefined {
    return this.#ring.first?.queue.peek();
  }

  public get flows(): number {
    return this.#flows.size;
  }

  public add(waiting: WaitingRequest): void {
    const id = waiting.ticket.request.fairnessId;
    let flow = this.#flows.get(id);
    if (flow === undefined) {
      flow = new Flow(id);
      this.#flows.set(id, flow);
      this.#ring.append(flow);
    }
    flow.queue.push(waiting);
  }

  public remove(waiting: WaitingRequest): void {
    const flow = this.#flows.get(waiting.ticket.request.fairnessId);
    if (flow === undefined) return;
    flow.queue.remove(waiting);
    if (flow.queue.size > 0) return;
    this.#flows.delete(flow.id);
    this.#ring.remove(flow);
  }

  public take(head: WaitingRequest): void {
    this.remove(head);
    const flow = this.#flows.get(head.ticket.request.fairnessId);
    if (flow === undefined) return;
    this.#ring.remove(flow);
    this.#ring.append(flow);
  }

  public forgetIdle(): void {
    // Flows go with their last request.
  }
}
