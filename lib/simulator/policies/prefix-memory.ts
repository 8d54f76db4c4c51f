/** Which prompt blocks a router sent where, the least recently used forgotten first: a guess at each pod's cache. */
export class PrefixMemory {
  /** Hashes of a pod; the order of insertion is that of use. */
  readonly #bySlot = new Map<number, Set<number>>();

  /** `capacity`: blocks of a pod that are remembered. */
  public constructor(private readonly capacity: number) {}

  /** Blocks from the start of the prompt that a pod was sent before. */
  public matched(slot: number, hashes: Float64Array): number {
    const known = this.#bySlot.get(slot);
    if (known === undefined) return 0;
    let count = 0;
    while (count < hashes.length && known.has(hashes[count] ?? -1)) count++;
    return count;
  }

  /** Notes that a prompt goes to a pod. The end of the prompt is forgotten before its start. */
  public add(slot: number, hashes: Float64Array): void {
    const known = this.#bySlot.get(slot) ?? new Set<number>();
    this.#bySlot.set(slot, known);
    for (let i = hashes.length - 1; i >= 0; i--) {
      const hash = hashes[i] ?? 0;
      known.delete(hash);
      known.add(hash);
    }
    for (const oldest of known) {
      if (known.size <= this.capacity) break;
      known.delete(oldest);
    }
  }

  public remove(slot: number): void {
    this.#bySlot.delete(slot);
  }
}
