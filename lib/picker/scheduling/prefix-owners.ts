import { NONE } from './prefix-blocks';
import type { HoldingList, PrefixHoldings } from './prefix-holdings';

/** Slot of an endpoint that is gone. */
const NOWHERE = -1;

/** An endpoint as the prefix index knows it. */
export interface Owner extends HoldingList {
  readonly id: number;
  /** Negative once the endpoint is gone. */
  slot: number;
  /** Blocks that it is believed to keep. */
  capacity: number;
}

/** Endpoints by their slot, and those that are gone until what they held is freed. */
export class PrefixOwners {
  readonly #holdings: PrefixHoldings;
  readonly #capacity: number;
  /** By id. */
  readonly #all: Owner[] = [];
  readonly #bySlot: (Owner | undefined)[] = [];
  readonly #gone: Owner[] = [];
  readonly #free: Owner[] = [];

  /** `capacity` is that of endpoints that say nothing else. */
  public constructor(capacity: number, holdings: PrefixHoldings) {
    this.#capacity = capacity;
    this.#holdings = holdings;
  }

  /** The endpoint in a slot, if it was seen. */
  public at(slot: number): Owner | undefined {
    return this.#bySlot[slot];
  }

  /** The endpoint in a slot, a new one where there was none. */
  public ensure(slot: number): Owner {
    const known = this.#bySlot[slot];
    if (known !== undefined) return known;
    const owner = this.#free.pop() ?? this.#newOwner();
    owner.slot = slot;
    owner.capacity = this.#capacity;
    this.#bySlot[slot] = owner;
    return owner;
  }

  /** Slot of an owner, negative when it is gone. */
  public slotOf(id: number): number {
    return this.#all[id]?.slot ?? NOWHERE;
  }

  /** The endpoint in a slot is gone; its holdings stay until they are swept. */
  public remove(slot: number): void {
    const owner = this.#bySlot[slot];
    if (owner === undefined) return;
    this.#bySlot[slot] = undefined;
    owner.slot = NOWHERE;
    this.#gone.push(owner);
  }

  /** Frees holdings of endpoints that are gone, at most so many. */
  public sweep(most: number): void {
    let left = most;
    for (let owner = this.#gone.at(-1); owner !== undefined && left > 0; owner = this.#gone.at(-1)) {
      for (; owner.count > 0 && left > 0; left--) this.#holdings.remove(owner.oldest, owner);
      if (owner.count > 0) return;
      this.#gone.pop();
      this.#free.push(owner);
    }
  }

  /** The endpoint with most holdings, where `some` of one endpoint's do not count. */
  public largest(one: Owner, some: number): Owner {
    let largest = one;
    let most = one.count - some;
    for (const other of this.#all) {
      if (other === one || other.count <= most) continue;
      largest = other;
      most = other.count;
    }
    return largest;
  }

  #newOwner(): Owner {
    const owner = { id: this.#all.length, slot: NOWHERE, capacity: 0, newest: NONE, oldest: NONE, count: 0 };
    this.#all.push(owner);
    return owner;
  }
}
