import type { Replica } from '../replica/replica';
import type { SimulatedRequest } from '../request';

/** LoRA adapters of a forecast: which a batch mixes, and what loading one more takes. */
export class FutureAdapters {
  readonly #slots: number;
  /** Running sequences of each adapter. */
  readonly #running: Map<string, number>;
  readonly #loaded = new Set<string>();

  public constructor(private readonly replica: Replica) {
    this.#slots = replica.settings.adapters?.slots ?? Infinity;
    this.#running = new Map(replica.batch.adapters);
  }

  /** Whether the batch may mix in the request's adapter. */
  public hasSlot({ adapter, model }: SimulatedRequest): boolean {
    return !adapter || this.#running.has(model) || this.#running.size < this.#slots;
  }

  /** A request joins the batch; returns the delay of its step, ms. */
  public join({ adapter, model }: SimulatedRequest): number {
    if (!adapter) return 0;
    const delay = this.#loaded.has(model) ? 0 : this.replica.adapterDelayMs(model);
    this.#loaded.add(model);
    this.#running.set(model, (this.#running.get(model) ?? 0) + 1);
    return delay;
  }

  public leave({ adapter, model }: SimulatedRequest): void {
    if (!adapter) return;
    const left = (this.#running.get(model) ?? 1) - 1;
    if (left === 0) this.#running.delete(model);
    else this.#running.set(model, left);
  }
}
