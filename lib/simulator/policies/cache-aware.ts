import type { NamedPolicy } from '../policy';
import { bookPolicy, least } from './pod-book';
import { PrefixMemory } from './prefix-memory';

/** Part of the prompt that must be known for a pod to be preferred. */
const CACHE_THRESHOLD = 0.3;
/** The pool is out of balance when the most and the fewest requests differ by more than both of these. */
const BALANCE_DIFFERENCE = 64;
const BALANCE_RATIO = 1.5;

/**
 * The cache-aware rule of SGLang's router with its default thresholds: the pod with the longest known prefix when that
 * is more than 30 % of the prompt, else the one with the fewest requests; always the latter out of balance.
 * @see https://github.com/lightseekorg/smg/blob/main/docs/getting-started/load-balancing.md
 */
export const SGLANG_CACHE_AWARE: NamedPolicy = {
  name: 'sglang',
  summary: "the cache-aware rule of SGLang's router",
  make: ({ random, cacheTokens }) => {
    let memory: PrefixMemory | undefined;
    return bookPolicy('sglang', {
      removed: (slot) => memory?.remove(slot),
      choose(pods, { hashes, blockTokens }) {
        const known = (memory ??= new PrefixMemory(Math.ceil(cacheTokens / blockTokens)));
        const counts = pods.map(({ requests }) => requests);
        const [most, fewest] = [Math.max(...counts), Math.min(...counts)];
        const balanced = most - fewest <= BALANCE_DIFFERENCE || most <= BALANCE_RATIO * fewest;
        const fewestRequests = (): (typeof pods)[number] => least(pods, random, ({ requests }) => requests);
        const closest = least(pods, random, ({ slot }) => -known.matched(slot, hashes));
        const close = known.matched(closest.slot, hashes) > CACHE_THRESHOLD * hashes.length;
        const chosen = balanced && close ? closest : fewestRequests();
        known.add(chosen.slot, hashes);
        return chosen;
      },
    });
  },
};
