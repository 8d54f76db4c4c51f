import * as fc from 'fast-check';
import { type HeldBlocks, KvBlocks, noBlocks } from '../../../lib/simulator/replica/kv-blocks';
import { branch, stream } from '../../../lib/simulator/tokens';

/** A sequence that computed a stream up to some token. */
function computed(kv: KvBlocks, identity: number, tokens: number): HeldBlocks {
  const held = noBlocks();
  kv.grow(held, stream(identity, tokens), tokens);
  return held;
}

test('a sequence holds the blocks that its tokens fill or begin', () => {
  const kv = new KvBlocks(10, true);

  computed(kv, 1, 33);

  expect([kv.used, kv.available]).toEqual([3, 7]);
});

test('growing within the last block takes none', () => {
  const kv = new KvBlocks(10, true);
  const held = noBlocks();
  const tokens = stream(1, 200);
  kv.grow(held, tokens, 33);

  kv.grow(held, tokens, 48);

  expect(kv.used).toBe(3);
});

test('a finished sequence leaves its full blocks to be found', () => {
  const kv = new KvBlocks(20, true);
  kv.release(computed(kv, 1, 150));

  expect(kv.matchedTokens(stream(1, 200), 200)).toBe(144);
});

test('the unfinished last block of a sequence is found by nobody', () => {
  const kv = new KvBlocks(20, true);
  kv.release(computed(kv, 1, 150));

  expect([kv.available, kv.cached]).toEqual([20, 10]);
});

test('a match is limited to whole blocks below the limit', () => {
  const kv = new KvBlocks(20, true);
  kv.release(computed(kv, 1, 64));

  expect(kv.matchedTokens(stream(1, 64), 63)).toBe(48);
});

test('streams share what they have in common and nothing else', () => {
  const kv = new KvBlocks(40, true);
  const system = stream(7, 128);
  const held = noBlocks();
  kv.grow(held, branch(system, 128, 1, 256), 256);

  expect(kv.matchedTokens(branch(system, 128, 2, 256), 255)).toBe(128);
});

test('two sequences that use the same blocks hold them once', () => {
  const kv = new KvBlocks(40, true);
  const tokens = stream(1, 128);
  kv.release(computed(kv, 1, 128));
  const [a, b] = [noBlocks(), noBlocks()];

  kv.take(a, tokens, 128);
  kv.take(b, tokens, 128);

  expect(kv.used).toBe(8);
});

test('what was freed first is evicted first, and of a sequence its end', () => {
  const kv = new KvBlocks(16, true);
  kv.release(computed(kv, 1, 128));
  kv.release(computed(kv, 2, 128));

  computed(kv, 3, 48);

  expect(kv.matchedTokens(stream(1, 128), 128)).toBe(80);
  expect(kv.matchedTokens(stream(2, 128), 128)).toBe(128);
});

test('using cached blocks again makes them the last to be evicted', () => {
  const kv = new KvBlocks(16, true);
  kv.release(computed(kv, 1, 128));
  kv.release(computed(kv, 2, 128));
  const again = noBlocks();
  kv.take(again, stream(1, 128), 128);
  kv.release(again);

  computed(kv, 3, 64);

  expect(kv.matchedTokens(stream(1, 128), 128)).toBe(128);
  expect(kv.matchedTokens(stream(2, 128), 128)).toBe(64);
});

test('a piece that lost its end is filled up by the next sequence', () => {
  const kv = new KvBlocks(8, true);
  kv.release(computed(kv, 1, 128));
  kv.release(computed(kv, 2, 32));
  const held = noBlocks();
  const tokens = stream(1, 128);
  kv.take(held, tokens, kv.matchedTokens(tokens, 127));
  kv.grow(held, tokens, 128);

  expect(kv.matchedTokens(tokens, 128)).toBe(128);
  expect(kv.used).toBe(8);
});

test('blocks that are in use are never evicted', () => {
  const kv = new KvBlocks(10, true);
  computed(kv, 1, 96);

  expect(kv.grow(noBlocks(), stream(2, 96), 96)).toBe(false);
  expect(kv.matchedTokens(stream(1, 96), 96)).toBe(96);
});

test('a sequence that gets no blocks changes nothing', () => {
  const kv = new KvBlocks(10, true);
  const held = computed(kv, 1, 96);

  kv.grow(held, stream(1, 320), 320);

  expect([held.tokens, kv.used]).toEqual([96, 6]);
});

test('without prefix caching nothing is found and nothing stays', () => {
  const kv = new KvBlocks(10, false);
  kv.release(computed(kv, 1, 96));

  expect([kv.matchedTokens(stream(1, 96), 96), kv.cached, kv.available]).toEqual([0, 0, 10]);
});

test('tokens that nobody knows are shared with nobody', () => {
  const kv = new KvBlocks(20, true);
  const prompt = { pieces: Float64Array.of(5), pieceTokens: 512, knownTokens: 40 };
  const held = noBlocks();
  kv.grow(held, prompt, 100);
  kv.release(held);

  expect(kv.matchedTokens({ ...prompt, knownTokens: 512 }, 500)).toBe(32);
});

test('tokens computed twice at the same time take blocks twice', () => {
  const kv = new KvBlocks(20, true);
  computed(kv, 1, 64);
  computed(kv, 1, 64);

  expect(kv.used).toBe(8);
});

/** Sequences that come, grow and go; few streams, so that they meet. */
const operation = fc.record({
  kind: fc.constantFrom('start', 'grow', 'release'),
  stream: fc.integer({ min: 1, max: 4 }),
  tokens: fc.integer({ min: 1, max: 300 }),
  which: fc.nat(),
});

test('blocks in use and available ones always add up, and all come back', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), fc.boolean(), (operations, prefixCaching) => {
      const kv = new KvBlocks(40, prefixCaching);
      const running: { identity: number; held: HeldBlocks }[] = [];
      for (const { kind, stream: identity, tokens, which } of operations) {
        const at = running.length === 0 ? -1 : which % running.length;
        const chosen = running[at];
        if (kind === 'start') {
          const held = noBlocks();
          const content = stream(identity, 1000);
          kv.take(held, content, kv.matchedTokens(content, tokens));
          if (kv.grow(held, content, Math.max(tokens, held.tokens))) running.push({ identity, held });
          else kv.release(held);
        } else if (chosen !== undefined && kind === 'grow') {
          kv.grow(chosen.held, stream(chosen.identity, 1000), Math.min(1000, chosen.held.tokens + tokens));
        } else if (chosen !== undefined) {
          kv.release(chosen.held);
          running.splice(at, 1);
        }
        const shared = new Set(running.flatMap(({ held }) => held.pieces));
        const owned = running.reduce((sum, { held }) => sum + held.privateBlocks + (held.tokens % 16 > 0 ? 1 : 0), 0);
        const pieces = [...shared].reduce((sum, { blocks }) => sum + blocks, 0);
        expect(kv.used).toBe(owned + pieces);
        expect(kv.available).toBeGreaterThanOrEqual(0);
      }
      for (const { held } of running) kv.release(held);
      expect(kv.available).toBe(40);
    }),
    { numRuns: 300, seed: 5 },
  );
});
