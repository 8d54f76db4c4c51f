/** How a replica serves LoRA adapters. */
export interface AdapterLimits {
  /** Adapters that one batch may mix. */
  readonly slots: number;
  /** Adapters kept in main memory, the ones on the GPU included. */
  readonly inMemory: number;
  /** Delay of a step that puts an adapter from main memory on the GPU, ms. */
  readonly copyMs: number;
  /** The same for one that must be read first, ms. */
  readonly readMs: number;
}

/** The adapters on a GPU and in main memory, the least recently used ones replaced first. */
export class AdapterSlots {
  /** Insertion order is order of use. */
  readonly #onGpu = new Set<string>();
  readonly #inMemory = new Set<string>();

  public constructor(public readonly limits: AdapterLimits) {}

  /** How long loading an adapter would take now, ms. */
  public delayMs(adapter: string): number {
    if (this.#onGpu.has(adapter)) return 0;
    return this.#inMemory.has(adapter) ? this.limits.copyMs : this.limits.readMs;
  }

  /** Makes an adapter ready while those in `busy` stay, and returns how long that takes, ms. */
  public load(adapter: string, busy: ReadonlyMap<string, number>): number {
    if (this.#onGpu.delete(adapter)) {
      this.#onGpu.add(adapter);
      return 0;
    }
    if (this.#onGpu.size >= this.limits.slots) this.#evict(busy);
    this.#onGpu.add(adapter);
    return this.#remember(adapter) ? this.limits.copyMs : this.limits.readMs;
  }

  #evict(busy: ReadonlyMap<string, number>): void {
    for (const name of this.#onGpu) {
      if (busy.has(name)) continue;
      this.#onGpu.delete(name);
      return;
    }
  }

  /** Notes the use of an adapter in main memory, and returns whether it was there. */
  #remember(adapter: string): boolean {
    const known = this.#inMemory.delete(adapter);
    this.#inMemory.add(adapter);
    if (this.#inMemory.size <= Math.max(this.limits.inMemory, this.limits.slots)) return known;
    for (const name of this.#inMemory) {
      if (this.#onGpu.has(name)) continue;
      this.#inMemory.delete(name);
      break;
    }
    return known;
  }
}
