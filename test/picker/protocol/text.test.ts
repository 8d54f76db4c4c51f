import { assert, property, string, uint8Array } from 'fast-check';
import { decodeText, encodeText, isAscii } from '../../../lib/picker/protocol/text';

test('reads bytes as TextDecoder does, short or long', () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  assert(
    property(uint8Array({ maxLength: 80 }), (bytes) => {
      expect(decodeText(bytes, 0, bytes.length)).toBe(decoder.decode(bytes));
    }),
  );
});

test('reads a part of the bytes', () => {
  expect(decodeText(Buffer.from('xgrüßex'), 1, 8)).toBe('grüße');
});

test('text comes back as it was written, and is ASCII when it takes a byte a character', () => {
  assert(
    property(string({ unit: 'grapheme' }), (text) => {
      const bytes = encodeText(text);
      expect(decodeText(bytes, 0, bytes.length)).toBe(text);
      expect(isAscii(text)).toBe(bytes.length === text.length);
    }),
  );
});
