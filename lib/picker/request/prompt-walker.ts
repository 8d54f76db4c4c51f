import { BlockHasher } from './block-hasher';
import { Byte, type JsonCursor, spells } from './json-cursor';
import { carriesMedia, mediaIn, type MediaKind, mediaTokens } from './media';

/** Bytes that stand for structure: none of them occurs in UTF-8 text, so no text looks like structure. */
const Mark = Object.freeze({
  STRING_END: 0xff,
  OBJECT: 0xfe,
  OBJECT_END: 0xfd,
  ARRAY: 0xfc,
  ARRAY_END: 0xfb,
  SCALAR_END: 0xfa,
  MEDIA: 0xf9,
});

/** Member that clients put on whatever message is last at the time: no part of the prompt. */
const CACHE_CONTROL = 'cache_control';

/** Words of a block that no image fills, 1 GiB, and still a small integer. */
const WHOLE = 0x0fffffff;

/** What a part of a prompt comes to. */
export interface WalkedPrompt {
  /** Bytes of text and names. */
  readonly bytes: number;
  /** Tokens that need no estimate: ids, and what images, audio and video stand for. */
  readonly tokens: number;
}

/**
 * Turns a JSON value into a stream of bytes for the hasher that depends on its meaning more than on its spelling: no
 * space, no commas, escapes resolved, members that are null left out. The outermost array or text has no end in the
 * stream, so that a conversation's stream starts with the stream of every shorter one.
 */
export class PromptWalker {
  readonly #hasher: BlockHasher;
  /** Makes one digest of an image, however long. */
  readonly #media = new BlockHasher(WHOLE, 1);
  readonly #mediaDigest = new Uint32Array(2);
  #bytes = 0;
  #tokens = 0;

  public constructor(hasher: BlockHasher) {
    this.#hasher = hasher;
  }

  /** Goes over the value that starts with `byte`, from the start of the hasher's stream. */
  public walk(cursor: JsonCursor, byte: number): WalkedPrompt {
    this.#bytes = 0;
    this.#tokens = 0;
    this.#hasher.start();
    if (byte === Byte.QUOTE) this.#text(cursor, this.#hasher);
    else if (byte === Byte.OPEN_BRACKET) this.#elements(cursor);
    else this.#value(cursor, byte, undefined);
    return { bytes: this.#bytes, tokens: this.#tokens };
  }

  #value(cursor: JsonCursor, byte: number, media: MediaKind | undefined): void {
    if (byte === Byte.QUOTE) {
      if (media === undefined) this.#string(cursor);
      else this.#placeholder(cursor, media);
    } else if (byte === Byte.OPEN_BRACE) {
      this.#object(cursor, media);
    } else if (byte === Byte.OPEN_BRACKET) {
      this.#mark(Mark.ARRAY);
      this.#elements(cursor);
      this.#mark(Mark.ARRAY_END);
    } else {
      this.#scalar(cursor, byte);
    }
  }

  #elements(cursor: JsonCursor): void {
    cursor.open();
    for (let first = true; cursor.element(first); first = false) {
      const byte = cursor.space();
      if (byte < 0x30 || byte > 0x39 || !this.#tokenId(cursor)) this.#value(cursor, byte, undefined);
    }
  }

  #object(cursor: JsonCursor, media: MediaKind | undefined): void {
    let inside = media;
    cursor.open();
    this.#mark(Mark.OBJECT);
    for (let first = true; cursor.member(first); first = false) {
      const start = cursor.at + 1;
      cursor.string();
      const end = cursor.at - 1;
      const byte = cursor.colon();
      if (byte === 0x6e || spells(cursor.view, start, end, CACHE_CONTROL)) {
        cursor.value(byte);
        continue;
      }
      this.#name(cursor, start, end);
      if (inside !== undefined && spells(cursor.view, start, end, 'type')) inside = this.#typed(cursor, byte, inside);
      else if (inside === undefined) this.#value(cursor, byte, mediaIn(cursor.view, start, end, byte));
      else this.#value(cursor, byte, carriesMedia(cursor.view, start, end) ? inside : undefined);
    }
    this.#mark(Mark.OBJECT_END);
  }

  /** A source that says it is text holds no image. */
  #typed(cursor: JsonCursor, byte: number, media: MediaKind): MediaKind | undefined {
    const start = cursor.at + 1;
    this.#value(cursor, byte, undefined);
    return spells(cursor.view, start, cursor.at - 1, 'text') ? undefined : media;
  }

  #name(cursor: JsonCursor, start: number, end: number): void {
    this.#hasher.bytes(cursor.view, start, end);
    this.#bytes += end - start;
    this.#mark(Mark.STRING_END);
  }

  #string(cursor: JsonCursor): void {
    this.#text(cursor, this.#hasher);
    this.#mark(Mark.STRING_END);
  }

  #text(cursor: JsonCursor, hasher: BlockHasher): void {
    this.#bytes += stringBytes(cursor, hasher);
  }

  #placeholder(cursor: JsonCursor, kind: MediaKind): void {
    this.#media.start();
    const size = stringBytes(cursor, this.#media);
    this.#media.finish();
    this.#media.copyTo(this.#mediaDigest, 0, 1);
    const [even = 0, odd = 0] = this.#mediaDigest;
    const tokens = mediaTokens(kind, size);
    this.#mark(Mark.MEDIA);
    this.#hasher.align();
    for (let i = Math.min(tokens, this.#hasher.remaining); i > 0; i--) this.#hasher.word((i & 1) === 0 ? even : odd);
    this.#tokens += tokens;
  }

  /** Takes a whole number in an array as one word; says false, at the place where it was, for any other number. */
  #tokenId(cursor: JsonCursor): boolean {
    const start = cursor.at;
    let id = 0;
    let byte = cursor.byte();
    while (byte >= 0x30 && byte <= 0x39) {
      id = id * 10 + byte - 0x30;
      cursor.at++;
      byte = cursor.byte();
    }
    const digits = cursor.at - start;
    const plain = byte === Byte.COMMA || byte === Byte.CLOSE_BRACKET || (byte <= 0x20 && byte !== Byte.END);
    if (!plain || id > 0xffffffff || (digits > 1 && cursor.view.getUint8(start) === 0x30)) {
      cursor.at = start;
      return false;
    }
    this.#hasher.align();
    this.#hasher.word(id);
    this.#tokens++;
    return true;
  }

  #scalar(cursor: JsonCursor, byte: number): void {
    const start = cursor.at;
    cursor.scalar(byte);
    this.#hasher.bytes(cursor.view, start, cursor.at);
    this.#bytes += cursor.at - start;
    this.#mark(Mark.SCALAR_END);
  }

  #mark(byte: number): void {
    this.#hasher.byte(byte);
    this.#bytes++;
  }
}

/** Hashes the characters of the string whose quote is next, and returns their number of bytes in UTF-8. */
function stringBytes(cursor: JsonCursor, hasher: BlockHasher): number {
  let size = 0;
  cursor.at++;
  for (;;) {
    const start = cursor.at;
    cursor.at = hasher.plain(cursor.view, start, cursor.view.byteLength);
    size += cursor.at - start;
    if (cursor.byte() === Byte.QUOTE) break;
    size += escaped(cursor, hasher);
  }
  cursor.at++;
  return size;
}

/** Hashes an escape, with the one after it where both are halves of a character. */
function escaped(cursor: JsonCursor, hasher: BlockHasher): number {
  const unit = cursor.escape();
  const code = unit >= 0xd800 && unit < 0xdc00 ? paired(cursor, unit) : unit;
  hasher.character(code);
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

function paired(cursor: JsonCursor, high: number): number {
  const start = cursor.at;
  if (cursor.byte() !== Byte.BACKSLASH) return high;
  const low = cursor.escape();
  if (low >= 0xdc00 && low < 0xe000) return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  cursor.at = start;
  return high;
}
