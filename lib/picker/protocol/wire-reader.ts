import { decodeText } from './text';

/** Protobuf bytes that no conforming encoder writes. */
export class WireError extends Error {
  public constructor(what: string, offset: number) {
    super(`malformed protobuf at byte ${offset}: ${what}`);
    this.name = 'WireError';
  }
}

/** How a field's value is encoded; groups (3 and 4) are older than proto3 and refused. */
const WireType = Object.freeze({ VARINT: 0, FIXED64: 1, LENGTH: 2, FIXED32: 5 });

const LONGEST_VARINT = 10;

/**
 * Walks over protobuf fields in place. `next` moves to a field, one of the value methods (or `skip`) past its value;
 * `enter` and `leave` go into a message and out of it without a copy.
 */
export class WireReader {
  /** Number of the field that `next` found. */
  public field = 0;
  readonly #bytes: Uint8Array;
  #position = 0;
  #limit: number;
  #type = 0;

  public constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#limit = bytes.length;
  }

  /** Moves to the next field; false at the end of the message. */
  public next(): boolean {
    if (this.#position >= this.#limit) return false;
    const tag = this.#varint();
    this.#type = tag & 7;
    this.field = Math.floor(tag / 8);
    if (this.field === 0) throw new WireError('field number 0', this.#position);
    return true;
  }

  public bool(): boolean {
    return this.uint() !== 0;
  }

  /** An unsigned number; above 2^53 it is rounded. A value of another type is skipped and counts as 0. */
  public uint(): number {
    if (this.#type === WireType.VARINT) return this.#varint();
    this.skip();
    return 0;
  }

  /** A view on the value's bytes. A value of another type is skipped and counts as empty. */
  public bytes(): Uint8Array {
    const start = this.#startOfLength();
    return this.#bytes.subarray(start, this.#position);
  }

  /** The value as text, bytes that are no UTF-8 replaced. A value of another type is skipped and counts as empty. */
  public text(): string {
    const start = this.#startOfLength();
    return decodeText(this.#bytes, start, this.#position);
  }

  /** Goes into the message that is the value; returns what `leave` needs. Of another type it is an empty message. */
  public enter(): number {
    const outer = this.#limit;
    const start = this.#startOfLength();
    this.#limit = this.#position;
    this.#position = start;
    return outer;
  }

  /** Goes back to the message around, wherever in the inner one the reader stands. */
  public leave(outer: number): void {
    this.#position = this.#limit;
    this.#limit = outer;
  }

  /** Moves past a value that nobody wants. */
  public skip(): void {
    switch (this.#type) {
      case WireType.VARINT:
        this.#varint();
        return;
      case WireType.FIXED64:
        this.#advance(8);
        return;
      case WireType.LENGTH:
        this.#advance(this.#varint());
        return;
      case WireType.FIXED32:
        this.#advance(4);
        return;
      default:
        throw new WireError(`wire type ${this.#type} in field ${this.field}`, this.#position);
    }
  }

  /** Moves past a value with a length and returns where it starts; past any other value, for an empty range. */
  #startOfLength(): number {
    if (this.#type !== WireType.LENGTH) {
      this.skip();
      return this.#position;
    }
    const length = this.#varint();
    const start = this.#position;
    this.#advance(length);
    return start;
  }

  #advance(length: number): void {
    if (length > this.#limit - this.#position) {
      throw new WireError(
        `field ${this.field} is ${length} bytes long, only ${this.#limit - this.#position} follow`,
        this.#position,
      );
    }
    this.#position += length;
  }

  #varint(): number {
    let value = 0;
    let unit = 1;
    for (let i = 0; i < LONGEST_VARINT; i++) {
      if (this.#position >= this.#limit) throw new WireError('a number is cut off', this.#position);
      const byte = this.#bytes[this.#position++] ?? 0;
      if (byte < 0x80) return value + byte * unit;
      value += (byte & 0x7f) * unit;
      unit *= 0x80;
    }
    throw new WireError('a number is longer than 10 bytes', this.#position);
  }
}
