/** What is to happen, in the order of time; at the same time in the order in which it was asked for. */
export class EventQueue<T> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #events: T[] = [];
  #next = 0;

  /** Time of the first event; Infinity when there is none. */
  public get nextAt(): number {
    return this.#times[0] ?? Infinity;
  }

  public get size(): number {
    return this.#times.length;
  }

  public push(at: number, event: T): void {
    this.#times.push(at);
    this.#orders.push(this.#next++);
    this.#events.push(event);
    this.#rise(this.#times.length - 1);
  }

  /** Takes out the first event; undefined when there is none. */
  public pop(): T | undefined {
    const first = this.#events[0];
    const last = this.#times.length - 1;
    if (last < 0) return undefined;
    this.#swap(0, last);
    this.#times.pop();
    this.#orders.pop();
    this.#events.pop();
    this.#sink(0);
    return first;
  }

  #before(a: number, b: number): boolean {
    const [ta = 0, tb = 0] = [this.#times[a], this.#times[b]];
    return ta === tb ? (this.#orders[a] ?? 0) < (this.#orders[b] ?? 0) : ta < tb;
  }

  #rise(from: number): void {
    for (let i = from; i > 0;) {
      const parent = (i - 1) >>> 1;
      if (!this.#before(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #sink(from: number): void {
    const size = this.#times.length;
    for (let i = from; ;) {
      const left = 2 * i + 1;
      let least = i;
      if (left < size && this.#before(left, least)) least = left;
      if (left + 1 < size && this.#before(left + 1, least)) least = left + 1;
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #swap(a: number, b: number): void {
    swap(this.#times, a, b);
    swap(this.#orders, a, b);
    swap(this.#events, a, b);
  }
}

function swap(values: unknown[], a: number, b: number): void {
  const held = values[a];
  values[a] = values[b];
  values[b] = held;
}
