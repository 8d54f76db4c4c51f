/** Reads a body that lies in several chunks from its front to its end. */
export class BodyCursor {
  readonly #chunks: readonly Uint8Array[];
  #chunk = 0;
  #offset = 0;
  #left: number;

  public constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks;
    this.#left = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  /** Bytes that were not read. */
  public get left(): number {
    return this.#left;
  }

  /** Copies the next `count` bytes, of which there must be so many left. */
  public copyTo(target: Uint8Array, offset: number, count: number): void {
    let at = offset;
    const end = offset + count;
    while (at < end) {
      const chunk = this.#chunks[this.#chunk];
      if (chunk === undefined) throw new RangeError(`${end - at} bytes more than the body has were asked for`);
      const part = Math.min(end - at, chunk.length - this.#offset);
      target.set(part === chunk.length ? chunk : chunk.subarray(this.#offset, this.#offset + part), at);
      at += part;
      this.#offset += part;
      if (this.#offset === chunk.length) {
        this.#chunk++;
        this.#offset = 0;
      }
    }
    this.#left -= count;
  }
}
