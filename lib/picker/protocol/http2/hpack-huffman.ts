/**
 * Lengths of the codes of RFC 7541, appendix B, as [how many symbols in a row, bits]: from symbol 0 to the mark of the
 * end, 256. The code is canonical, so that lengths are all there is to it.
 */
// prettier-ignore
const RUNS = [
  [1, 13], [1, 23], [7, 28], [1, 24], [1, 30], [2, 28], [1, 30], [8, 28], [1, 30], [9, 28], [1, 6], [2, 10], [1, 12],
  [1, 13], [1, 6], [1, 8], [1, 11], [2, 10], [1, 8], [1, 11], [1, 8], [3, 6], [3, 5], [7, 6], [1, 7], [1, 8], [1, 15],
  [1, 6], [1, 12], [1, 10], [1, 13], [1, 6], [22, 7], [1, 8], [1, 7], [1, 8], [1, 13], [1, 19], [1, 13], [1, 14],
  [1, 6], [1, 15], [1, 5], [1, 6], [1, 5], [1, 6], [1, 5], [3, 6], [1, 5], [2, 7], [3, 6], [1, 5], [1, 6], [1, 7],
  [1, 6], [2, 5], [1, 6], [5, 7], [1, 15], [1, 11], [1, 14], [1, 13], [1, 28], [1, 20], [1, 22], [2, 20], [3, 22],
  [1, 23], [1, 22], [5, 23], [1, 24], [1, 23], [2, 24], [1, 22], [1, 23], [1, 24], [4, 23], [1, 21], [1, 22], [1, 23],
  [1, 22], [2, 23], [1, 24], [1, 22], [1, 21], [1, 20], [2, 22], [2, 23], [1, 21], [1, 23], [2, 22], [1, 24], [1, 21],
  [1, 22], [2, 23], [2, 21], [1, 22], [1, 21], [1, 23], [1, 22], [2, 23], [1, 20], [3, 22], [1, 23], [2, 22], [1, 23],
  [2, 26], [1, 20], [1, 19], [1, 22], [1, 23], [1, 22], [1, 25], [3, 26], [2, 27], [1, 26], [1, 24], [1, 25], [1, 19],
  [1, 21], [1, 26], [2, 27], [1, 26], [1, 27], [1, 24], [2, 21], [2, 26], [1, 28], [3, 27], [1, 20], [1, 24], [1, 20],
  [1, 21], [1, 22], [2, 21], [1, 23], [2, 22], [2, 25], [2, 24], [1, 26], [1, 23], [1, 26], [1, 27], [2, 26], [5, 27],
  [1, 28], [5, 27], [1, 26], [1, 30],
] as const;

const LONGEST = 30;
const END_OF_STRING = 256;

/** Symbols by length and then by value: the order of their codes. */
const symbols: number[] = [];
/** By length: the first code, how many there are, and where their symbols start. */
const first = new Uint32Array(LONGEST + 1);
const count = new Uint16Array(LONGEST + 1);
const start = new Uint16Array(LONGEST + 1);

function build(): void {
  const lengths = RUNS.flatMap(([times, length]) => Array<number>(times).fill(length));
  let code = 0;
  for (let length = 1; length <= LONGEST; length++) {
    code *= 2;
    first[length] = code;
    start[length] = symbols.length;
    lengths.forEach((candidate, symbol) => {
      if (candidate === length) symbols.push(symbol);
    });
    count[length] = symbols.length - (start[length] ?? 0);
    code += count[length] ?? 0;
  }
}

build();

/** Text of Huffman-coded bytes, one character a byte. Undefined for bytes that are no such code. */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number): string | undefined {
  let text = '';
  let code = 0;
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >>> bit) & 1);
      length++;
      const index = code - (first[length] ?? 0);
      if (length >= 5 && index >= 0 && index < (count[length] ?? 0)) {
        const symbol = symbols[(start[length] ?? 0) + index] ?? END_OF_STRING;
        if (symbol === END_OF_STRING) return undefined;
        text += String.fromCharCode(symbol);
        code = 0;
        length = 0;
      } else if (length === LONGEST) return undefined;
    }
  }
  // What fills the last byte are the first bits of the mark of the end: ones.
  return length < 8 && code === 2 ** length - 1 ? text : undefined;
}
