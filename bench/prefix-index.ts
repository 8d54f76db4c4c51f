/**
 * Processor time of the prefix index: matching and adding prompts of 512 blocks, 32,768 tokens, with an index that holds
 * what its endpoints keep: a system prompt that all have and conversations that some have.
 */
import { NO_PROMPT, type PromptBlocks } from '../lib/picker/scheduling/request';
import { PrefixIndex } from '../lib/picker/scheduling/prefix-index';

const BLOCKS = 512;
const SHARED = 32;
const ROUNDS = 5;

let state = 1;
/** A generator with a fixed start, so that every run measures the same prompts. */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 0x1_0000_0000;
}

function hash(): number {
  return Math.floor(random() * 0x20_0000) * 0x1_0000_0000 + Math.floor(random() * 0x1_0000_0000);
}

const SYSTEM = Float64Array.from({ length: SHARED }, hash);

function conversation(): PromptBlocks {
  const hashes = Float64Array.from({ length: BLOCKS }, (_, i) => SYSTEM[i] ?? hash());
  return { ...NO_PROMPT, hashes };
}

/** Microseconds of processor time a prompt, the best of some rounds over all prompts. */
function best<T>(rounds: readonly (readonly T[])[], work: (item: T) => unknown): number {
  let fastest = Infinity;
  for (const items of rounds) {
    const start = process.cpuUsage();
    items.forEach(work);
    const { user, system } = process.cpuUsage(start);
    fastest = Math.min(fastest, (user + system) / items.length);
  }
  return fastest;
}

const repeated = <T>(items: readonly T[]): readonly (readonly T[])[] => Array.from({ length: ROUNDS }, () => items);

/** A prompt and the pod that has it. */
interface Kept {
  readonly prompt: PromptBlocks;
  readonly pod: number;
}

console.log(
  `Node ${process.version}, best of ${ROUNDS} rounds of 500 prompts, microseconds of processor time a prompt`,
);
for (const { pods, each } of [
  { pods: 8, each: 60 },
  { pods: 1000, each: 4 },
]) {
  const index = new PrefixIndex();
  const kept = Array.from({ length: pods * each }, (_, i): Kept => ({ prompt: conversation(), pod: i % pods }));
  for (const { prompt, pod } of kept) index.add(pod, prompt);
  const asked = Array.from({ length: 500 }, () => kept[Math.floor(random() * kept.length)]).filter(
    (one) => one !== undefined,
  );
  const strange = repeated(Array.from({ length: 500 }, conversation));
  const fresh = Array.from({ length: ROUNDS }, (_, round) =>
    Array.from({ length: 500 }, (_, i): Kept => ({ prompt: conversation(), pod: (i + round) % pods })),
  );
  const everywhere = conversation();
  const out = new Uint32Array(pods);
  const rows = {
    'match, one pod has all of it': best(repeated(asked), ({ prompt }) => index.match(prompt, out)),
    'match, all have the system prompt': best(strange, (prompt) => index.match(prompt, out)),
    'add what the pod has': best(repeated(asked), ({ prompt, pod }) => index.add(pod, prompt)),
    'add what no pod has': best(fresh, ({ prompt, pod }) => index.add(pod, prompt)),
  };
  for (let pod = 0; pod < pods; pod++) index.add(pod, everywhere);
  const all = best(repeated(Array.from({ length: 500 }, () => everywhere)), (prompt) => index.match(prompt, out));
  for (const [row, value] of Object.entries({ ...rows, 'match, all pods have all of it': all })) {
    console.log([`${pods} pods`.padStart(9), row.padEnd(36), value.toFixed(1).padStart(7)].join('  '));
  }
  console.log(`${`${pods} pods`.padStart(9)}  ${index.holdings} blocks held, ${index.stats.evictedBlocks} evicted`);
}
