import { encodeText, isAscii } from './text';

const FIRST_SIZE = 1024;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;

/**
 * Writes protobuf from the last byte to the first, so that the length of a message is known when its tag is written:
 * write the fields in descending order, a message's content before the message. One writer serves many messages.
 */
export class WireWriter {
  #buffer = new Uint8Array(FIRST_SIZE);
  #start = FIRST_SIZE;

  /** Bytes written so far. Keep it before the content of a message, for `message`. */
  public get size(): number {
    return this.#buffer.length - this.#start;
  }

  public clear(): void {
    this.#start = this.#buffer.length;
  }

  /** Copies what was written to the place at `offset`. */
  public copyTo(target: Uint8Array, offset: number): void {
    target.set(this.#buffer.subarray(this.#start), offset);
  }

  public uint(field: number, value: number): void {
    this.#varint(value);
    this.#tag(field, VARINT);
  }

  public bool(field: number, value: boolean): void {
    this.uint(field, value ? 1 : 0);
  }

  public double(field: number, value: number): void {
    this.#reserve(8);
    this.#start -= 8;
    new DataView(this.#buffer.buffer).setFloat64(this.#start, value, true);
    this.#tag(field, FIXED64);
  }

  public bytes(field: number, value: Uint8Array): void {
    this.#reserve(value.length);
    this.#start -= value.length;
    this.#buffer.set(value, this.#start);
    this.#varint(value.length);
    this.#tag(field, LENGTH);
  }

  public text(field: number, value: string): void {
    if (!isAscii(value)) {
      this.bytes(field, encodeText(value));
      return;
    }
    this.#reserve(value.length);
    this.#start -= value.length;
    for (let i = 0; i < value.length; i++) this.#buffer[this.#start + i] = value.charCodeAt(i);
    this.#varint(value.length);
    this.#tag(field, LENGTH);
  }

  /** Makes a message of everything written since `size` was `sizeBefore`. */
  public message(field: number, sizeBefore: number): void {
    this.#varint(this.size - sizeBefore);
    this.#tag(field, LENGTH);
  }

  #tag(field: number, type: number): void {
    this.#varint(field * 8 + type);
  }

  #varint(value: number): void {
    const length = varintLength(value);
    this.#reserve(length);
    this.#start -= length;
    writeVarint(this.#buffer, this.#start, value);
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#start) return;
    const size = this.size;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, size + bytes));
    grown.set(this.#buffer.subarray(this.#start), grown.length - size);
    this.#buffer = grown;
    this.#start = grown.length - size;
  }
}

/** Bytes that a whole number from 0 to 2^53 takes. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** Writes a whole number from 0 to 2^53 and returns where the next byte goes. */
export function writeVarint(target: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  while (rest >= 0x80) {
    target[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  target[at++] = rest;
  return at;
}

/** Bytes of a field with a message or bytes of this length, for field numbers up to 15. */
export function nestedLength(length: number): number {
  return 1 + varintLength(length) + length;
}

/** Writes the tag and length before a message or bytes, for field numbers up to 15; returns where the content goes. */
export function writeLengthTag(target: Uint8Array, offset: number, field: number, length: number): number {
  target[offset] = field * 8 + LENGTH;
  return writeVarint(target, offset + 1, length);
}
