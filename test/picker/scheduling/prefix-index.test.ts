import * as fc from 'fast-check';
import { blocksOfCache, PrefixIndex } from '../../../lib/picker/scheduling/prefix-index';
import type { PromptBlocks } from '../../../lib/picker/scheduling/request';

const SLOTS = 4;
const MEMORY = 64 * 1024;

/** Chained hashes for a conversation, given as what each of its blocks says. */
function prompt(...blocks: readonly number[]): PromptBlocks {
  let hash = 7;
  const hashes = blocks.map((block) => {
    hash = Number((BigInt(hash) * 1_000_003n + BigInt(block) + 1n) % 9_007_199_254_740_881n);
    return hash;
  });
  return { hashes: Float64Array.from(hashes), blockTokens: 64 };
}

function matched(index: PrefixIndex, asked: PromptBlocks, slots = SLOTS): readonly number[] {
  const out = new Uint32Array(slots).fill(99);
  index.match(asked, out);
  return [...out];
}

/** The index as one would write it without caring for time and memory. */
class NaiveIndex {
  readonly #lists = new Map<number, { hash: number; use: number }[]>();
  readonly #capacity: number;
  #uses = 0;

  public constructor(capacity: number) {
    this.#capacity = capacity;
  }

  public add(slot: number, { hashes }: PromptBlocks): { held: number; use: number } {
    const use = ++this.#uses;
    const head = [...hashes].slice(0, this.#capacity);
    const list = this.#lists.get(slot) ?? [];
    const held = this.#held(slot, head);
    const rest = list.filter(({ hash }) => !head.includes(hash));
    this.#lists.set(slot, [...head.map((hash) => ({ hash, use })), ...rest].slice(0, this.#capacity));
    return { held, use };
  }

  public takeBack(slot: number, { hashes }: PromptBlocks, receipt: { held: number; use: number }): void {
    const list = this.#lists.get(slot) ?? [];
    for (let i = this.#held(slot, [...hashes]) - 1; i >= receipt.held; i--) {
      const at = list.findIndex(({ hash }) => hash === hashes[i]);
      if (list[at]?.use !== receipt.use) return;
      list.splice(at, 1);
    }
  }

  public remove(slot: number): void {
    this.#lists.delete(slot);
  }

  public match({ hashes }: PromptBlocks): readonly number[] {
    return Array.from({ length: SLOTS }, (_, slot) => this.#held(slot, [...hashes]));
  }

  public blocksOf(slot: number): number {
    return this.#lists.get(slot)?.length ?? 0;
  }

  #held(slot: number, hashes: readonly number[]): number {
    const list = this.#lists.get(slot) ?? [];
    const gap = hashes.findIndex((hash) => !list.some((entry) => entry.hash === hash));
    return gap < 0 ? hashes.length : gap;
  }
}

const conversation = fc.array(fc.nat(2), { minLength: 1, maxLength: 9 }).map((blocks) => prompt(...blocks));
const slot = fc.nat(SLOTS - 1);

describe('matching', () => {
  test('counts for each endpoint the blocks at the head of the prompt that it computed', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });
    index.add(0, prompt(1, 2, 3));
    index.add(2, prompt(1, 2, 9, 9));

    expect(matched(index, prompt(1, 2, 3, 4))).toEqual([3, 0, 2, 0]);
  });

  test('returns the most that an endpoint has', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });
    index.add(1, prompt(1, 2));

    expect(index.match(prompt(1, 2, 3), new Uint32Array(SLOTS))).toBe(2);
    expect(index.match(prompt(5), new Uint32Array(SLOTS))).toBe(0);
  });

  test('a prompt without blocks matches nobody', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });
    index.add(1, prompt(1, 2));

    expect(matched(index, prompt())).toEqual([0, 0, 0, 0]);
  });

  test('leaves out slots beyond the end of the array', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });
    index.add(3, prompt(1, 2));

    expect(matched(index, prompt(1, 2), 2)).toEqual([0, 0]);
  });

  test('agrees with a naive index whatever is added, taken back, moved and removed', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ what: fc.constant('add' as const), slot, asked: conversation }) },
      { weight: 2, arbitrary: fc.record({ what: fc.constant('take back' as const), slot, asked: conversation }) },
      { weight: 1, arbitrary: fc.record({ what: fc.constant('remove' as const), slot, asked: conversation }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (steps, endpointBlocks) => {
        const index = new PrefixIndex({ memoryBytes: MEMORY, endpointBlocks });
        const naive = new NaiveIndex(endpointBlocks);
        for (const { what, slot: at, asked } of steps) {
          if (what === 'remove') {
            index.remove(at);
            naive.remove(at);
          } else {
            const receipt = index.add(at, asked);
            const expected = naive.add(at, asked);
            if (what === 'take back') {
              index.takeBack(at, asked, receipt);
              naive.takeBack(at, asked, expected);
            }
          }
          expect(matched(index, asked)).toEqual(naive.match(asked));
          expect(index.blocksOf(at)).toBe(naive.blocksOf(at));
        }
        for (const { asked } of steps) expect(matched(index, asked)).toEqual(naive.match(asked));
      }),
      { seed: 4, numRuns: 400 },
    );
  });

  test('agrees with a naive index when additions are taken back later', () => {
    const addition = fc.record({ at: slot, asked: conversation, back: fc.nat(20) });
    fc.assert(
      fc.property(
        fc.array(addition, { maxLength: 30 }),
        fc.integer({ min: 1, max: 30 }),
        (additions, endpointBlocks) => {
          const index = new PrefixIndex({ memoryBytes: MEMORY, endpointBlocks });
          const naive = new NaiveIndex(endpointBlocks);
          const receipts = additions.map(({ at, asked, back }, i) => {
            const made = { receipt: index.add(at, asked), expected: naive.add(at, asked) };
            return { ...made, at, asked, due: i + back };
          });
          for (const { at, asked, receipt, expected } of receipts.filter(({ due }) => due < additions.length)) {
            index.takeBack(at, asked, receipt);
            naive.takeBack(at, asked, expected);
          }

          for (const { asked } of additions) expect(matched(index, asked)).toEqual(naive.match(asked));
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe('capacity of an endpoint', () => {
  test('tails of the prompts used least recently go first', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY, endpointBlocks: 6 });
    index.add(0, prompt(1, 1, 1, 1));
    index.add(0, prompt(2, 2, 2, 2));

    expect(matched(index, prompt(1, 1, 1, 1))[0]).toBe(2);
    expect(matched(index, prompt(2, 2, 2, 2))[0]).toBe(4);
  });

  test('a head that several prompts share stays as long as one of them is used', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY, endpointBlocks: 4 });
    for (let i = 10; i < 30; i++) index.add(0, prompt(1, 1, i));

    expect(matched(index, prompt(1, 1, 29))[0]).toBe(3);
    expect(matched(index, prompt(1, 1, 28))[0]).toBe(3);
    expect(matched(index, prompt(1, 1, 27))[0]).toBe(2);
  });

  test('of a prompt beyond it only the head is kept', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY, endpointBlocks: 3 });
    index.add(0, prompt(1, 2, 3, 4, 5));

    expect(matched(index, prompt(1, 2, 3, 4, 5))[0]).toBe(3);
  });

  test('what does not fit any more goes at once when it shrinks', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });
    index.add(0, prompt(1, 2, 3, 4, 5));
    index.add(1, prompt(1, 2, 3, 4, 5));

    index.setCapacity(0, 2);

    expect(matched(index, prompt(1, 2, 3, 4, 5))).toEqual([2, 5, 0, 0]);
  });

  test('counts in blocks of the index, whatever the blocks of the server', () => {
    expect(blocksOfCache(10_000, 16, 64)).toBe(2500);
    expect(blocksOfCache(1, 16, 64)).toBe(1);
  });
});

describe('another endpoint served', () => {
  test('its blocks move with the request', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });
    const receipt = index.add(0, prompt(1, 2, 3));

    index.move(0, 1, prompt(1, 2, 3), receipt);

    expect(matched(index, prompt(1, 2, 3))).toEqual([0, 3, 0, 0]);
  });

  test('the first one keeps what it had before', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });
    index.add(0, prompt(1, 2));
    const receipt = index.add(0, prompt(1, 2, 3));

    index.move(0, 1, prompt(1, 2, 3), receipt);

    expect(matched(index, prompt(1, 2, 3))).toEqual([2, 3, 0, 0]);
  });

  test('the first one keeps what another request used since', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });
    const receipt = index.add(0, prompt(1, 2, 3));
    index.add(0, prompt(1, 2, 4));

    index.move(0, 1, prompt(1, 2, 3), receipt);

    expect(matched(index, prompt(1, 2, 3))).toEqual([2, 3, 0, 0]);
    expect(matched(index, prompt(1, 2, 4))[0]).toBe(3);
  });

  test('a receipt of an endpoint that is gone changes nothing for the one that has its slot', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });
    const receipt = index.add(0, prompt(1, 2, 3));
    index.remove(0);
    index.add(0, prompt(1, 2, 3));

    index.takeBack(0, prompt(1, 2, 3), receipt);

    expect(matched(index, prompt(1, 2, 3))[0]).toBe(3);
  });
});

describe('endpoints that are gone', () => {
  test('match nothing, and neither does the next one in their slot', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });
    index.add(0, prompt(1, 2, 3));
    index.add(1, prompt(1, 2));

    index.remove(0);
    index.add(0, prompt(1));

    expect(matched(index, prompt(1, 2, 3))).toEqual([1, 2, 0, 0]);
  });

  test('what they held is freed with later additions', () => {
    const index = new PrefixIndex({ memoryBytes: 1024 * 1024 });
    index.add(0, prompt(...Array.from({ length: 1000 }, (_, i) => i)));
    index.remove(0);

    for (let i = 0; i < 5; i++) index.add(1, prompt(7));

    expect(index.holdings).toBe(1);
    expect(index.blocks).toBe(1);
  });

  test('removing one that was never there is nothing', () => {
    const index = new PrefixIndex({ memoryBytes: MEMORY });

    index.remove(3);
    index.takeBack(3, prompt(1), 0);

    expect(index.holdings).toBe(0);
  });
});

describe('bound of memory', () => {
  const SMALL = 2000;
  /** Memory for a hundred blocks that one endpoint holds, and the ends of the tables. */
  const HUNDRED = 102 * 68;

  test('says how much fits', () => {
    const index = new PrefixIndex({ memoryBytes: HUNDRED });

    expect(index.capacity).toBe(100);
    expect(index.memoryBytes).toBe(HUNDRED);
  });

  test('is never passed, and the prompt added last is always there', () => {
    const long = fc.array(fc.nat(2), { minLength: 1, maxLength: 40 }).map((blocks) => prompt(...blocks));
    fc.assert(
      fc.property(fc.array(fc.record({ at: slot, asked: long, gone: fc.nat(9) }), { maxLength: 60 }), (steps) => {
        const index = new PrefixIndex({ memoryBytes: SMALL });
        for (const { at, asked, gone } of steps) {
          if (gone === 0) index.remove(at);
          index.add(at, asked);

          const counts = matched(index, asked);
          expect(index.memoryBytes).toBeLessThanOrEqual(SMALL);
          expect(index.holdings).toBeLessThanOrEqual(index.capacity);
          expect(counts[at]).toBe(Math.min(asked.hashes.length, index.capacity));
          for (const [other, count] of counts.entries()) expect(count).toBeLessThanOrEqual(index.blocksOf(other));
        }
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  test('the endpoint that holds most gives way to the others', () => {
    const index = new PrefixIndex({ memoryBytes: HUNDRED });
    for (let i = 0; i < 10; i++) index.add(0, prompt(...Array.from({ length: 10 }, (_, j) => 100 * i + j)));

    for (let i = 10; i < 13; i++) index.add(1, prompt(...Array.from({ length: 10 }, (_, j) => 100 * i + j)));

    expect(index.blocksOf(1)).toBe(30);
    expect(index.blocksOf(0)).toBeGreaterThan(0);
  });

  test('endpoints that are gone give way before all others', () => {
    const index = new PrefixIndex({ memoryBytes: HUNDRED });
    index.add(0, prompt(...Array.from({ length: 60 }, (_, i) => i)));
    index.add(1, prompt(...Array.from({ length: 40 }, (_, i) => i)));
    index.remove(0);

    index.add(1, prompt(...Array.from({ length: 60 }, (_, i) => 500 + i)));

    expect(index.blocksOf(1)).toBe(100);
  });
});

test('says how much of what was asked for was there', () => {
  const index = new PrefixIndex({ memoryBytes: MEMORY, endpointBlocks: 4 });
  index.add(0, prompt(1, 2, 3));
  index.add(0, prompt(4, 5));
  index.match(prompt(4, 5, 6), new Uint32Array(SLOTS));

  expect(index.stats).toEqual({ lookups: 1, askedBlocks: 3, matchedBlocks: 2, addedBlocks: 5, evictedBlocks: 1 });
});

test('survives hashes that are no chain', () => {
  const numbers = fc
    .array(fc.nat(5), { maxLength: 12 })
    .map((hashes) => ({ hashes: Float64Array.from(hashes), blockTokens: 64 }));
  fc.assert(
    fc.property(fc.array(fc.record({ at: slot, asked: numbers, gone: fc.nat(5) }), { maxLength: 80 }), (steps) => {
      const index = new PrefixIndex({ memoryBytes: 2000, endpointBlocks: 8 });
      for (const { at, asked, gone } of steps) {
        if (gone === 0) index.remove(at);
        const receipt = index.add(at, asked);
        if (gone === 1) index.takeBack(at, asked, receipt);
        for (const count of matched(index, asked)) expect(count).toBeLessThanOrEqual(asked.hashes.length);
      }
      for (let i = 0; i < SLOTS; i++) index.remove(i);
      for (let i = 0; i < 20; i++) index.add(0, prompt(1));

      expect(index.holdings).toBe(1);
      expect(index.blocks).toBe(1);
    }),
    { seed: 7, numRuns: 500 },
  );
});
