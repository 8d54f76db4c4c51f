const BACKSLASH = 92;
const BLANK = 32;
const COMMA = 44;
const EQUALS = 61;
const LOWER_N = 110;
const NEWLINE = 10;
const QUOTE = 34;
const TAB = 9;

const CLOSING_BRACE = 125;

const UTF8 = new TextDecoder();

/** Where the labels of a sample end: the index of `}`. -1 where the line ends before it. */
export function endOfLabels(page: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = page[at];
    if (byte === CLOSING_BRACE) return at;
    at = byte === QUOTE ? endOfQuoted(page, at + 1, end) + 1 : at + 1;
  }
  return -1;
}

/** The closing quote of a value that begins at `from`, or `end`. */
function endOfQuoted(page: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = page[at];
    if (byte === QUOTE) return at;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return end;
}

/** The value of a label between `from`, after `{`, and `end`, the index of `}`; undefined where it is not there. */
export function labelValue(page: Uint8Array, from: number, end: number, name: string): string | undefined {
  let at = from;
  while (at < end) {
    at = skipSeparators(page, at, end);
    const nameFrom = at;
    while (at < end && page[at] !== EQUALS) at++;
    const nameEnd = trimEnd(page, nameFrom, at);
    at = skipBlanks(page, at + 1, end);
    if (page[at] !== QUOTE) return undefined;
    const valueEnd = endOfQuoted(page, at + 1, end);
    if (sameText(page, nameFrom, nameEnd, name)) return unescape(page.subarray(at + 1, valueEnd));
    at = valueEnd + 1;
  }
  return undefined;
}

function skipSeparators(page: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (page[at] === COMMA || isBlank(page[at]))) at++;
  return at;
}

/** The first byte from `from` that is no blank. */
export function skipBlanks(page: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(page[at])) at++;
  return at;
}

/** Whether a byte parts the words of a sample. */
export function isBlank(byte: number | undefined): boolean {
  return byte === BLANK || byte === TAB;
}

function trimEnd(page: Uint8Array, from: number, end: number): number {
  let at = end;
  while (at > from && isBlank(page[at - 1])) at--;
  return at;
}

/** Names are ASCII, so one byte is one character. */
function sameText(page: Uint8Array, from: number, end: number, text: string): boolean {
  if (end - from !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (page[from + i] !== text.charCodeAt(i)) return false;
  return true;
}

function unescape(bytes: Uint8Array): string {
  if (!bytes.includes(BACKSLASH)) return UTF8.decode(bytes);
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    const escaped = byte === BACKSLASH && i + 1 < bytes.length;
    const next = escaped ? (bytes[++i] ?? 0) : byte;
    plain[length++] = escaped && next === LOWER_N ? NEWLINE : next;
  }
  return UTF8.decode(plain.subarray(0, length));
}
