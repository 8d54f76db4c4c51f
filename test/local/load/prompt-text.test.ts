import fc from 'fast-check';
import { promptText } from '../../../lib/local/load/prompt-text';
import { branch, stream } from '../../../lib/simulator/tokens';

test('a token is a word of four bytes', () => {
  expect(promptText(stream(7, 100), 0, 100)).toHaveLength(400);
});

test('streams that share tokens share text, and part where they part', () => {
  const shared = stream(1, 640);
  const one = promptText(branch(shared, 640, 2, 900), 0, 900);
  const other = promptText(branch(shared, 640, 3, 900), 0, 900);

  expect(one.slice(0, 640 * 4)).toBe(other.slice(0, 640 * 4));
  expect(one.slice(640 * 4)).not.toBe(other.slice(640 * 4));
});

test('parts of a text joined are the whole text', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), (a, b) => {
      const tokens = stream(5, 500);
      const [cut, end] = [Math.min(a, b), Math.max(a, b)];
      expect(promptText(tokens, 0, cut) + promptText(tokens, cut, end)).toBe(promptText(tokens, 0, end));
    }),
    { seed: 1 },
  );
});
