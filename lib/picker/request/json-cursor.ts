/** Containers inside one another that are read; more than any server accepts, and far from the end of the stack. */
export const MAX_DEPTH = 512;

/** Bytes that JSON is made of. */
export const Byte = Object.freeze({
  QUOTE: 0x22,
  COMMA: 0x2c,
  MINUS: 0x2d,
  COLON: 0x3a,
  OPEN_BRACKET: 0x5b,
  BACKSLASH: 0x5c,
  CLOSE_BRACKET: 0x5d,
  OPEN_BRACE: 0x7b,
  CLOSE_BRACE: 0x7d,
  /** No byte: the text is over. */
  END: -1,
});

/** What is wrong with a text that is no JSON, and where. */
export class JsonSyntaxError extends Error {
  public constructor(
    message: string,
    /** Bytes before the place. */
    public readonly offset: number,
  ) {
    super(message);
    this.name = 'JsonSyntaxError';
  }
}

/**
 * Marks of the bytes in a word of four that end a run of plain characters in a string: a quote, a backslash or a control
 * character; 0 where there is none. `(v - n) & ~v & 0x80…` has a bit where a byte of v is less than n, and flipping bit 1
 * makes the quote the one byte above the controls. The lowest mark is exact, those above it may be false.
 */
export function specialMarks(word: number): number {
  const low = word ^ 0x02020202;
  const slash = word ^ 0x5c5c5c5c;
  return (((low - 0x21212121) & ~low) | ((slash - 0x01010101) & ~slash)) & 0x80808080;
}

/** Bytes of a word before the lowest of its marks. */
export function bytesBefore(marks: number): number {
  return (31 - Math.clz32(marks & -marks)) >> 3;
}

/** Index of the first byte from `from` on that ends a run of plain characters; `end` where there is none. */
export function plainEnd(view: DataView, from: number, end: number): number {
  let at = from;
  for (const last = end - 4; at <= last; at += 4) {
    const marks = specialMarks(view.getInt32(at, true));
    if (marks !== 0) return at + bytesBefore(marks);
  }
  for (; at < end; at++) {
    const byte = view.getUint8(at);
    if (byte < 0x20 || byte === Byte.QUOTE || byte === Byte.BACKSLASH) return at;
  }
  return end;
}

/**
 * Reads JSON text byte by byte where it lies, without making values of it. Accepts what `JSON.parse` accepts of the
 * decoded text, up to a depth; bytes that are no UTF-8 pass inside strings. Throws `JsonSyntaxError`.
 */
export class JsonCursor {
  /** Next byte to read. */
  public at = 0;
  /** Whether the string read last has escapes. */
  public escaped = false;
  public readonly view: DataView;
  readonly #end: number;
  #depth = 0;

  public constructor(text: Uint8Array) {
    this.view = new DataView(text.buffer, text.byteOffset, text.byteLength);
    this.#end = text.byteLength;
    // A byte order mark: decoders drop it, and so do the model servers.
    if (this.#end >= 3 && this.view.getUint16(0) === 0xefbb && this.view.getUint8(2) === 0xbf) this.at = 3;
  }

  /** Goes to the next byte that is no space, and returns it. */
  public space(): number {
    const { view } = this;
    const end = this.#end;
    let at = this.at;
    while (at < end) {
      const byte = view.getUint8(at);
      if (byte > 0x20 || !(byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) {
        this.at = at;
        return byte;
      }
      at++;
    }
    this.at = at;
    return Byte.END;
  }

  /** Goes into the object or array whose opening byte is next. */
  public open(): void {
    if (++this.#depth > MAX_DEPTH) this.fail(`it is nested deeper than ${MAX_DEPTH} levels`);
    this.at++;
  }

  /** Goes to the quote of the next name in an object; leaves the object and says false at its end. */
  public member(first: boolean): boolean {
    let byte = this.space();
    if (byte === Byte.CLOSE_BRACE) return this.#close();
    if (!first) byte = this.#comma(byte, '}');
    if (byte !== Byte.QUOTE) this.expected('a name in quotes');
    return true;
  }

  /** Goes to the next element of an array; leaves the array and says false at its end. */
  public element(first: boolean): boolean {
    const byte = this.space();
    if (byte === Byte.CLOSE_BRACKET) return this.#close();
    if (!first) this.#comma(byte, ']');
    return true;
  }

  /** Goes over the colon after a name to the value, and returns its first byte. */
  public colon(): number {
    if (this.space() !== Byte.COLON) this.expected('":"');
    this.at++;
    return this.space();
  }

  /** Goes over a value that starts with a byte. */
  public value(byte: number): void {
    if (byte === Byte.QUOTE) {
      this.string();
    } else if (byte === Byte.OPEN_BRACE) {
      this.open();
      for (let first = true; this.member(first); first = false) {
        this.string();
        this.value(this.colon());
      }
    } else if (byte === Byte.OPEN_BRACKET) {
      this.open();
      for (let first = true; this.element(first); first = false) this.value(this.space());
    } else {
      this.scalar(byte);
    }
  }

  /** Goes over the string whose quote is next. */
  public string(): void {
    this.escaped = false;
    this.at = plainEnd(this.view, this.at + 1, this.#end);
    while (this.byte() !== Byte.QUOTE) {
      this.escaped = true;
      this.escape();
      this.at = plainEnd(this.view, this.at, this.#end);
    }
    this.at++;
  }

  /** Goes over the escape whose backslash is next and returns the UTF-16 code unit that it stands for. */
  public escape(): number {
    if (this.byte() !== Byte.BACKSLASH) {
      this.fail(this.at < this.#end ? 'a string holds a control character' : 'a string has no end');
    }
    this.at++;
    const byte = this.byte();
    const unit = byte === 0x75 ? this.#hex() : ESCAPES[byte];
    if (unit === undefined) this.expected('an escape');
    this.at++;
    return unit;
  }

  /** Goes over a number or a literal. */
  public scalar(byte: number): void {
    if (byte === 0x74) this.#literal('true');
    else if (byte === 0x66) this.#literal('false');
    else if (byte === 0x6e) this.#literal('null');
    else if (byte === Byte.MINUS || isDigit(byte)) this.#number(byte);
    else this.expected('a value');
  }

  /** Fails unless only spaces are left. */
  public finish(): void {
    if (this.space() !== Byte.END) this.expected('the end');
  }

  /** The next byte. */
  public byte(): number {
    return this.at < this.#end ? this.view.getUint8(this.at) : Byte.END;
  }

  public expected(what: string): never {
    const found = this.at < this.#end ? shown(this.view.getUint8(this.at)) : 'the end';
    this.fail(`expected ${what} instead of ${found}`);
  }

  public fail(what: string): never {
    throw new JsonSyntaxError(`${what} at byte ${this.at}`, this.at);
  }

  #close(): false {
    this.at++;
    this.#depth--;
    return false;
  }

  #comma(byte: number, closing: string): number {
    if (byte !== Byte.COMMA) this.expected(`"," or "${closing}"`);
    this.at++;
    return this.space();
  }

  #hex(): number {
    let unit = 0;
    for (let digit = 0; digit < 4; digit++) {
      this.at++;
      const byte = this.byte();
      const letter = byte | 0x20;
      if (isDigit(byte)) unit = unit * 16 + byte - 0x30;
      else if (letter >= 0x61 && letter <= 0x66) unit = unit * 16 + letter - 0x57;
      else this.expected('a hexadecimal digit');
    }
    return unit;
  }

  #literal(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.byte() !== word.charCodeAt(i)) this.expected(word);
      this.at++;
    }
  }

  #number(first: number): void {
    if (first === Byte.MINUS) this.at++;
    if (this.byte() === 0x30) this.at++;
    else this.#digits();
    if (this.byte() === 0x2e) {
      this.at++;
      this.#digits();
    }
    if ((this.byte() | 0x20) === 0x65) {
      this.at++;
      const sign = this.byte();
      if (sign === 0x2b || sign === Byte.MINUS) this.at++;
      this.#digits();
    }
  }

  #digits(): void {
    if (!isDigit(this.byte())) this.expected('a digit');
    do this.at++;
    while (isDigit(this.byte()));
  }
}

/** Code units of the one-letter escapes, by the letter. */
const ESCAPES: readonly (number | undefined)[] = escapes();

function escapes(): readonly (number | undefined)[] {
  const units: (number | undefined)[] = Array.from({ length: 256 }, () => undefined);
  const pairs = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
  for (const [letter, unit] of Object.entries(pairs)) units[letter.charCodeAt(0)] = unit.charCodeAt(0);
  return units;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function shown(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
}

/** Whether the bytes of a range are those of a word in ASCII. */
export function spells(view: DataView, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (view.getUint8(start + i) !== word.charCodeAt(i)) return false;
  return true;
}
