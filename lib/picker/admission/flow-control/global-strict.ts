import type { FlowSet } from './flow-set';
import { IndexedHeap } from './indexed-heap';
import { leavesBefore, type WaitingRequest } from './waiting-request';

/** No turns: the ordering alone decides, whoever sent the request. */
export class GlobalStrict implements FlowSet {
  readonly #queue = new IndexedHeap<WaitingRequest>(leavesBefore);

  public get head(): WaitingRequest | undefined {
    return this.#queue.peek();
  }

  public get flows(): number {
    return Math.min(1, this.#queue.size);
  }

  public add(waiting: WaitingRequest): void {
    this.#queue.push(waiting);
  }

  public remove(waiting: WaitingRequest): void {
    this.#queue.remove(waiting);
  }

  public take(head: WaitingRequest): void {
    this.#queue.remove(head);
  }

  public forgetIdle(): void {
    // One flow, which is no more than its requests.
  }
}
