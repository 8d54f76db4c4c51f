import * as fc from 'fast-check';
import { commonTokens } from '../../../lib/simulator/tokens';
import { saltOf, textStream } from '../../../lib/local/model-server/token-identities';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('texts share exactly the whole blocks before they part', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      (head, a, b) => {
        fc.pre(a[0] !== b[0]);
        const streams = [a, b].map((tail) => textStream(Uint8Array.from([...head, ...tail]), 0));

        const [left = streams[1], right = streams[0]] = streams;
        expect(left && right && commonTokens(left, right)).toBe(Math.floor(head.length / 64) * 16);
      },
    ),
  );
});

test('a longer text begins with the identities of the shorter one', () => {
  const short = textStream(bytes('a'.repeat(64 * 3)), 7);
  const long = textStream(bytes('a'.repeat(64 * 3 + 50)), 7);

  expect([...long.pieces.slice(0, 3)]).toEqual([...short.pieces]);
  expect(new Set(long.pieces).size).toBe(4);
  expect(long).toMatchObject({ pieceTokens: 16, knownTokens: 61 });
});

test('a block that is not full is another one than the same bytes with zeros after them', () => {
  expect(textStream(bytes('abcd'), 0).pieces).not.toEqual(textStream(bytes('abcd\0\0\0\0'), 0).pieces);
});

test('names have salts that tell them apart', () => {
  expect(saltOf('support')).not.toBe(saltOf('code'));
  expect(saltOf('support')).toBe(saltOf('support'));
});

test('identities are whole numbers below 2^53', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (text) => {
      for (const piece of textStream(text, 1).pieces) expect(Number.isSafeInteger(piece) && piece >= 0).toBe(true);
    }),
  );
});
