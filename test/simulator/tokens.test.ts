import * as fc from 'fast-check';
import { branch, promptHashes, stream } from '../../lib/simulator/tokens';

/** Blocks from the start that two lists of hashes have in common. */
function common(a: Float64Array, b: Float64Array): number {
  let blocks = 0;
  while (blocks < a.length && a[blocks] === b[blocks]) blocks++;
  return blocks;
}

test('a prompt has a hash for each block, and one for what is left', () => {
  expect(promptHashes(stream(1, 200), 200, 64)).toHaveLength(4);
});

test.each([16, 64, 100, 256])(
  'conversations share the hashes of what they have in common, in blocks of %p',
  (block) => {
    const shared = stream(1, 2048);
    const one = branch(shared, 2048, 2, 4096);
    const two = branch(shared, 2048, 3, 4096);

    const blocks = common(promptHashes(one, 4000, block), promptHashes(two, 3500, block));

    // A block that ends within the piece where they part may count as different.
    expect(blocks).toBeLessThanOrEqual(Math.floor(2048 / block));
    expect(blocks).toBeGreaterThanOrEqual(Math.floor(2048 / block) - 1);
  },
);

test('the hash of a partial block is not that of a longer one', () => {
  const tokens = stream(1, 400);

  expect(common(promptHashes(tokens, 150, 64), promptHashes(tokens, 160, 64))).toBe(2);
});

test('a prompt that grows keeps the hashes of its full blocks', () => {
  const lengths = fc.record({
    block: fc.constantFrom(16, 32, 64, 96, 128, 256),
    before: fc.integer({ min: 1, max: 3000 }),
    added: fc.integer({ min: 0, max: 3000 }),
  });
  fc.assert(
    fc.property(lengths, ({ block, before, added }) => {
      const tokens = stream(9, 6000);
      const [first, next] = [promptHashes(tokens, before, block), promptHashes(tokens, before + added, block)];

      expect(common(first, next)).toBeGreaterThanOrEqual(Math.floor(before / block));
    }),
    { seed: 61 },
  );
});
