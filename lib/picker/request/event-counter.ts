const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const OPEN_BRACKET = 0x5b;

/** Bytes of `data:`. */
const FIELD = [0x64, 0x61, 0x74, 0x61, 0x3a];
/** States beyond the bytes of the field: before the first byte of the data, and in a line that says no more. */
const AT_DATA = FIELD.length;
const REST = AT_DATA + 1;

/** Counts the events of a stream of server-sent events by their `data` lines; `[DONE]` is none. */
export class EventCounter {
  #count = 0;
  /** Bytes of the field that the line began with, or one of the states. */
  #state = 0;

  public get count(): number {
    return this.#count;
  }

  public feed(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === REST) {
        // A carriage return alone may end a line too; no server writes that.
        const end = chunk.indexOf(LINE_FEED, at);
        if (end < 0) return;
        at = end;
        this.#state = 0;
      } else {
        this.#step(chunk[at] ?? 0);
      }
      at++;
    }
  }

  #step(byte: number): void {
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
      this.#state = 0;
    } else if (this.#state < AT_DATA) {
      this.#state = byte === FIELD[this.#state] ? this.#state + 1 : REST;
    } else if (byte !== SPACE) {
      if (byte !== OPEN_BRACKET) this.#count++;
      this.#state = REST;
    }
  }
}
