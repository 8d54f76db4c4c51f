import * as fc from 'fast-check';
import { JsonCursor, JsonSyntaxError, MAX_DEPTH, plainEnd } from '../../../lib/picker/request/json-cursor';

/** Goes over a whole text; the message of what is wrong with it, or undefined. */
function check(bytes: Uint8Array): string | undefined {
  try {
    const cursor = new JsonCursor(bytes);
    cursor.value(cursor.space());
    cursor.finish();
    return undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch {
    return false;
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bytes that JSON is made of more often than chance would have it. */
const almostJson = fc
  .array(
    fc.constantFrom(
      ...['{', '}', '[', ']', ':', ',', '"', '\\', '\\u00', 'D8', 'n', '"a"', '0', '1', '-', '.', 'e', 'E+', ' ', '\n'],
      ...['true', 'false', 'null', 'nul', 'é', '\u0001', '\ud83d\ude00', 'a', '{"a":1}', '[1,2]', '1e5'],
    ),
    { maxLength: 12 },
  )
  .map((parts) => encode(parts.join('')));

test('accepts what JSON.parse accepts and nothing else', () => {
  const text = fc.oneof(
    { weight: 5, arbitrary: almostJson },
    { weight: 2, arbitrary: fc.json().map(encode) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map(encode) },
  );
  fc.assert(
    fc.property(text, (bytes) => {
      expect(check(bytes) === undefined).toBe(isJson(bytes));
    }),
    { seed: 1, numRuns: 20_000 },
  );
});

test('accepts a text with a byte changed only where JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.nat(), fc.nat(255), (text, where, byte) => {
      const bytes = encode(text);
      bytes[where % bytes.length] = byte;

      expect(check(bytes) === undefined).toBe(isJson(bytes));
    }),
    { seed: 2, numRuns: 5000 },
  );
});

test.each([
  ['', 'expected a value instead of the end at byte 0'],
  ['{"a" 1}', 'expected ":" instead of "1" at byte 5'],
  ['{"a":1 "b":2}', 'expected "," or "}" instead of """ at byte 7'],
  ['[1 2]', 'expected "," or "]" instead of "2" at byte 3'],
  ['{"a":1,}', 'expected a name in quotes instead of "}" at byte 7'],
  ['[1,]', 'expected a value instead of "]" at byte 3'],
  ['[1] x', 'expected the end instead of "x" at byte 4'],
  ['"abc', 'a string has no end at byte 4'],
  ['"a\nb"', 'a string holds a control character at byte 2'],
  ['"\\x"', 'expected an escape instead of "x" at byte 2'],
  ['"\\u12g4"', 'expected a hexadecimal digit instead of "g" at byte 5'],
  ['-', 'expected a digit instead of the end at byte 1'],
  ['01', 'expected the end instead of "1" at byte 1'],
  ['tru', 'expected true instead of the end at byte 3'],
  ['[\u0001]', 'expected a value instead of byte 0x01 at byte 1'],
])('says what is wrong with %j, and where', (text, message) => {
  expect(check(encode(text))).toBe(message);
});

test('skips a byte order mark', () => {
  expect(check(encode('\ufeff{}'))).toBeUndefined();
});

test('lets bytes pass that are no UTF-8, inside strings', () => {
  expect(check(Uint8Array.of(0x22, 0xff, 0xc0, 0x80, 0x22))).toBeUndefined();
});

test('goes down to a depth and no further', () => {
  const nested = (depth: number): Uint8Array => encode('['.repeat(depth) + ']'.repeat(depth));

  expect(check(nested(MAX_DEPTH))).toBeUndefined();
  expect(check(nested(MAX_DEPTH + 1))).toBe('it is nested deeper than 512 levels at byte 512');
  expect(check(encode('{"a":'.repeat(100_000)))).toBe('it is nested deeper than 512 levels at byte 2560');
});

test('accepts numbers of any size', () => {
  expect(check(encode('9'.repeat(1000)))).toBeUndefined();
  expect(check(encode('1e999999'))).toBeUndefined();
});

test('finds the first byte that ends a run of plain characters', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(8), (bytes, from) => {
      const start = Math.min(from, bytes.length);
      const stop = [...bytes].findIndex((byte, i) => i >= start && (byte < 0x20 || byte === 0x22 || byte === 0x5c));

      expect(plainEnd(new DataView(bytes.buffer), start, bytes.length)).toBe(stop < 0 ? bytes.length : stop);
    }),
    { seed: 3, numRuns: 3000 },
  );
});
