import { ConnectionError, ErrorCode } from './frames';
import { decodeHuffman } from './hpack-huffman';
import { HpackTable, MAX_TABLE, sizeOf, type Field } from './hpack-table';

/** Most bytes of a request's headers, as `sizeOf` counts them. */
export const MAX_HEADER_LIST = 65_536;

function malformed(what: string): ConnectionError {
  return new ConnectionError(ErrorCode.COMPRESSION_ERROR, `malformed header block: ${what}`);
}

/** Reads the header blocks of a connection, RFC 7541. They depend on each other: after an error it is of no more use. */
export class HpackDecoder {
  readonly #table = new HpackTable();
  #block = new Uint8Array(0);
  #at = 0;

  /** Headers of a block; the last value of a name wins. Throws a `ConnectionError`. */
  public decode(block: Uint8Array): Map<string, string> {
    this.#block = block as Uint8Array<ArrayBuffer>; // only read, so that what backs it does not matter
    this.#at = 0;
    const headers = new Map<string, string>();
    let size = 0;
    while (this.#at < block.length) {
      const field = this.#field();
      if (field === undefined) continue;
      size += sizeOf(field);
      if (size > MAX_HEADER_LIST) {
        throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, `headers are longer than ${MAX_HEADER_LIST} bytes`);
      }
      headers.set(field[0], field[1]);
    }
    return headers;
  }

  /** The next field; undefined for a change of the table's size. */
  #field(): Field | undefined {
    const byte = this.#block[this.#at] ?? 0;
    if (byte >= 0x80) {
      const index = this.#number(7);
      const field = this.#table.at(index);
      if (field === undefined) throw malformed(`there is no entry ${index}`);
      return field;
    }
    if (byte >= 0x40) {
      const field = this.#literal(6);
      this.#table.add(field);
      return field;
    }
    if (byte < 0x20) return this.#literal(4);
    const limit = this.#number(5);
    if (limit > MAX_TABLE) throw malformed(`a table of ${limit} bytes is larger than ${MAX_TABLE}`);
    this.#table.resize(limit);
    return undefined;
  }

  #literal(prefixBits: number): Field {
    const index = this.#number(prefixBits);
    const name = index === 0 ? this.#text() : this.#table.at(index)?.[0];
    if (name === undefined) throw malformed(`there is no entry ${index}`);
    return [name, this.#text()];
  }

  /** A number whose first bits share a byte with something else, RFC 7541 section 5.1. */
  #number(prefixBits: number): number {
    const most = 2 ** prefixBits - 1;
    let value = (this.#block[this.#at++] ?? 0) & most;
    if (value < most) return value;
    for (let unit = 1; unit <= 2 ** 21; unit *= 0x80) {
      if (this.#at >= this.#block.length) throw malformed('a number is cut off');
      const byte = this.#block[this.#at++] ?? 0;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
    throw malformed('a number is too large');
  }

  #text(): string {
    if (this.#at >= this.#block.length) throw malformed('a text is missing');
    const isHuffman = (this.#block[this.#at] ?? 0) >= 0x80;
    const length = this.#number(7);
    const start = this.#at;
    const end = start + length;
    if (end > this.#block.length) throw malformed('a text is cut off');
    this.#at = end;
    if (!isHuffman) {
      let text = '';
      for (let i = start; i < end; i++) text += String.fromCharCode(this.#block[i] ?? 0);
      return text;
    }
    const text = decodeHuffman(this.#block, start, end);
    if (text === undefined) throw malformed('a text is no Huffman code');
    return text;
  }
}
