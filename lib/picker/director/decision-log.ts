import { type Decision, sizeOf } from './decision';

/** How much a log of decisions keeps. */
export interface DecisionLogLimits {
  /** Decisions of each kind: those that chose an endpoint, and refusals. */
  readonly capacity: number;
  /** Bytes of both kinds together, by `sizeOf`. */
  readonly maxBytes: number;
}

export const DECISION_LOG_DEFAULTS: DecisionLogLimits = Object.freeze({ capacity: 512, maxBytes: 64 * 2 ** 20 });

interface Entry {
  readonly decision: Decision;
  readonly bytes: number;
}

/** The latest decisions. Refusals have a place of their own, so that a flood of them pushes out nothing else. */
export class DecisionLog {
  readonly #routed: Ring;
  readonly #refused: Ring;
  readonly #maxBytes: number;

  public constructor(limits: Partial<DecisionLogLimits> = {}) {
    const { capacity, maxBytes } = { ...DECISION_LOG_DEFAULTS, ...limits };
    this.#routed = new Ring(capacity);
    this.#refused = new Ring(capacity);
    this.#maxBytes = maxBytes;
  }

  /** Bytes that the log keeps, about. */
  public get bytes(): number {
    return this.#routed.bytes + this.#refused.bytes;
  }

  public add(decision: Decision): void {
    const ring = decision.refusal === undefined ? this.#routed : this.#refused;
    ring.push({ decision, bytes: sizeOf(decision) });
    while (this.bytes > this.#maxBytes) {
      const larger = this.#routed.bytes >= this.#refused.bytes ? this.#routed : this.#refused;
      larger.shift();
    }
  }

  /** Looks through the latest decisions, newest first. Ids ascend with time. */
  public latest(): readonly Decision[] {
    return [...this.#routed.decisions(), ...this.#refused.decisions()].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  public find(id: string): Decision | undefined {
    return this.latest().find((decision) => decision.id === id);
  }
}

/** The last entries in the places of a fixed array. */
class Ring {
  readonly #places: (Entry | undefined)[];
  /** Place of the oldest entry. */
  #first = 0;
  #count = 0;
  public bytes = 0;

  public constructor(capacity: number) {
    this.#places = new Array<Entry | undefined>(Math.max(0, Math.floor(capacity))).fill(undefined);
  }

  public push(entry: Entry): void {
    const capacity = this.#places.length;
    if (capacity === 0) return;
    if (this.#count === capacity) this.shift();
    this.#places[(this.#first + this.#count) % capacity] = entry;
    this.#count++;
    this.bytes += entry.bytes;
  }

  /** Forgets the oldest entry. */
  public shift(): void {
    this.bytes -= this.#places[this.#first]?.bytes ?? 0;
    this.#places[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#places.length;
    this.#count--;
  }

  public decisions(): readonly Decision[] {
    return this.#places.flatMap((entry) => entry?.decision ?? []);
  }
}
