import * as fc from 'fast-check';
import { PrefixMemory } from '../../../lib/simulator/policies/prefix-memory';
import { blocks } from '../../support/simulator/policies';

const prompt = (...hashes: readonly number[]): Float64Array => Float64Array.from(hashes);

test('knows nothing of a pod that was sent nothing', () => {
  expect(new PrefixMemory(10).matched(0, prompt(1, 2))).toBe(0);
});

test('matches from the start of the prompt to the first block that is not known', () => {
  const memory = new PrefixMemory(10);
  memory.add(0, prompt(1, 2, 3, 4));

  expect([prompt(1, 2, 9, 4), prompt(1, 2, 3, 4, 5), prompt(9, 2, 3)].map((one) => memory.matched(0, one))).toEqual([
    2, 4, 0,
  ]);
});

test('an empty prompt matches nothing', () => {
  const memory = new PrefixMemory(10);
  memory.add(0, prompt(0));

  expect(memory.matched(0, prompt())).toBe(0);
});

test('keeps the pods apart', () => {
  const memory = new PrefixMemory(10);
  memory.add(0, prompt(1, 2));
  memory.add(1, prompt(3));

  expect([memory.matched(0, prompt(3)), memory.matched(1, prompt(1, 2))]).toEqual([0, 0]);
});

test('what one pod is sent takes no room of another', () => {
  const memory = new PrefixMemory(2);
  memory.add(0, prompt(1, 2));
  memory.add(1, prompt(3, 4));

  expect(memory.matched(0, prompt(1, 2))).toBe(2);
});

test('forgets the end of a prompt before its start', () => {
  const memory = new PrefixMemory(4);
  memory.add(0, prompt(1, 2, 3));
  memory.add(0, prompt(7, 8));

  expect([memory.matched(0, prompt(1, 2, 3)), memory.matched(0, prompt(7, 8))]).toEqual([2, 2]);
});

test('a prompt that comes again is as new', () => {
  const memory = new PrefixMemory(4);
  memory.add(0, prompt(1, 2));
  memory.add(0, prompt(3, 4));
  memory.add(0, prompt(1, 2));
  memory.add(0, prompt(5, 6));

  expect([memory.matched(0, prompt(1, 2)), memory.matched(0, prompt(3, 4))]).toEqual([2, 0]);
});

test('to ask for a prompt does not keep it from being forgotten', () => {
  const memory = new PrefixMemory(4);
  memory.add(0, prompt(1, 2));
  memory.add(0, prompt(3, 4));
  memory.matched(0, prompt(1, 2));
  memory.add(0, prompt(5, 6));

  expect(memory.matched(0, prompt(1, 2))).toBe(0);
});

test('of a prompt longer than the capacity it keeps the start', () => {
  const memory = new PrefixMemory(3);
  memory.add(0, prompt(...blocks(10)));

  expect(memory.matched(0, prompt(...blocks(10)))).toBe(3);
});

test('without capacity it remembers nothing', () => {
  const memory = new PrefixMemory(0);
  memory.add(0, prompt(1));

  expect(memory.matched(0, prompt(1))).toBe(0);
});

test('forgets a pod that is gone and no other', () => {
  const memory = new PrefixMemory(10);
  memory.add(0, prompt(1, 2));
  memory.add(1, prompt(1, 2));
  memory.remove(0);

  expect([memory.matched(0, prompt(1, 2)), memory.matched(1, prompt(1, 2))]).toEqual([0, 2]);
});

test('remembers what a list of the least recently used blocks would', () => {
  const prompts = fc.array(fc.uniqueArray(fc.nat(30), { maxLength: 8 }), { maxLength: 20 });
  fc.assert(
    fc.property(prompts, fc.nat(15), (sent, capacity) => {
      const memory = new PrefixMemory(capacity);
      let kept: number[] = [];
      for (const hashes of sent) {
        memory.add(0, Float64Array.from(hashes));
        kept = [...hashes, ...kept.filter((hash) => !hashes.includes(hash))].slice(0, capacity);
      }

      const known = blocks(31, 0).filter((hash) => memory.matched(0, prompt(hash)) === 1);
      expect(known).toEqual([...kept].sort((a, b) => a - b));
    }),
    { seed: 14 },
  );
});
