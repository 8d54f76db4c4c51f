import type { Frame } from './frame-parser';
import { ConnectionError, ErrorCode, Flag, FrameType } from './frames';
import { HpackDecoder } from './hpack-decoder';

/** Longest header block, in its compressed form. */
const MAX_BLOCK = 65_536;

/** Headers that are complete. */
export interface HeaderBlock {
  readonly stream: number;
  readonly headers: ReadonlyMap<string, string>;
  /** The stream ends with them. */
  readonly isLast: boolean;
}

/** Puts HEADERS and its CONTINUATIONs together and decodes them. */
export class HeaderBlocks {
  readonly #decoder = new HpackDecoder();
  #parts: Uint8Array[] = [];
  #bytes = 0;
  /** The HEADERS frame whose block is not complete. */
  #open: { readonly stream: number; readonly isLast: boolean } | undefined;

  /** Whether only a CONTINUATION may follow. */
  public get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Takes a frame; undefined when more must follow. Throws a `ConnectionError`. */
  public take(frame: Frame): HeaderBlock | undefined {
    const fragment = frame.type === FrameType.HEADERS ? this.#start(frame) : this.#continue(frame);
    const { flags } = frame;
    const open = this.#open;
    if (open === undefined) return undefined;
    if ((flags & Flag.END_HEADERS) === 0) {
      this.#keep(fragment);
      return undefined;
    }
    this.#open = undefined;
    return { ...open, headers: this.#decoder.decode(this.#whole(fragment)) };
  }

  #start(frame: Frame): Uint8Array {
    const { stream, flags, payload } = frame;
    if (stream === 0) throw protocolError('headers without a stream');
    this.#open = { stream, isLast: (flags & Flag.END_STREAM) !== 0 };
    const isPadded = (flags & Flag.PADDED) !== 0;
    const from = (isPadded ? 1 : 0) + ((flags & Flag.PRIORITY) !== 0 ? 5 : 0);
    const to = payload.length - (isPadded ? (payload[0] ?? 0) : 0);
    if (from > to) throw protocolError('headers are shorter than their padding');
    return payload.subarray(from, to);
  }

  #continue({ stream, payload }: Frame): Uint8Array {
    if (this.#open?.stream !== stream) throw protocolError('a continuation of nothing');
    return payload;
  }

  #keep(fragment: Uint8Array): void {
    this.#bytes += fragment.length;
    // An empty fragment costs nothing but is a way to keep a connection busy.
    if (this.#bytes > MAX_BLOCK || fragment.length === 0) {
      throw new ConnectionError(
        ErrorCode.ENHANCE_YOUR_CALM,
        `a header block in parts of nothing, or over ${MAX_BLOCK} bytes`,
      );
    }
    this.#parts.push(fragment);
  }

  #whole(last: Uint8Array): Uint8Array {
    if (this.#parts.length === 0) return last;
    const whole = new Uint8Array(this.#bytes + last.length);
    let at = 0;
    for (const part of [...this.#parts, last]) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#bytes = 0;
    return whole;
  }
}

function protocolError(message: string): ConnectionError {
  return new ConnectionError(ErrorCode.PROTOCOL_ERROR, message);
}
