/** A number of bytes that all streams share. */
export class ByteBudget {
  #used = 0;

  public constructor(public readonly limit: number) {}

  public get used(): number {
    return this.#used;
  }

  /** Takes bytes; false, and nothing taken, when there are not so many left. */
  public take(bytes: number): boolean {
    if (this.#used + bytes > this.limit) return false;
    this.#used += bytes;
    return true;
  }

  public give(bytes: number): void {
    this.#used -= bytes;
  }
}
