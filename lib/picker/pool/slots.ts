/** Gives out small whole numbers, always the smallest that is free: indexes for arrays that stay dense. */
export class Slots {
  readonly #taken: boolean[] = [];
  #lowestFree = 0;

  public take(): number {
    const slot = this.#lowestFree;
    this.#taken[slot] = true;
    while (this.#taken[this.#lowestFree] === true) this.#lowestFree++;
    return slot;
  }

  public release(slot: number): void {
    this.#taken[slot] = false;
    if (slot < this.#lowestFree) this.#lowestFree = slot;
  }
}
