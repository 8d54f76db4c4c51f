import type { NamedPolicy, RoutedRequest } from '../policy';
import { type BookedPod, bookPolicy, least } from './pod-book';
import { PrefixMemory } from './prefix-memory';

/** Cost of a pod for a request, from tokens; the least wins. */
type TokenCost = (pod: BookedPod, uncached: number, routed: RoutedRequest) => number;

/** A policy that knows the tokens that each pod would have to compute, and those that it already has to. */
function tokenPolicy(name: string, summary: string, cost: TokenCost): NamedPolicy {
  return {
    name,
    summary,
    make: ({ random, cacheTokens }) => {
      let memory: PrefixMemory | undefined;
      return bookPolicy(name, {
        removed: (slot) => memory?.remove(slot),
        choose(pods, routed) {
          const known = (memory ??= new PrefixMemory(Math.ceil(cacheTokens / routed.blockTokens)));
          return least(pods, random, (pod) => cost(pod, uncachedTokens(known, pod.slot, routed), routed));
        },
        charge({ slot }, routed) {
          const prefillTokens = memory === undefined ? 0 : uncachedTokens(memory, slot, routed);
          memory?.add(slot, routed.hashes);
          return { prefillTokens, contextTokens: routed.request.promptTokens };
        },
      });
    },
  };
}

function uncachedTokens(memory: PrefixMemory, slot: number, { hashes, blockTokens, request }: RoutedRequest): number {
  return Math.max(1, request.promptTokens - memory.matched(slot, hashes) * blockTokens);
}

/**
 * Dynamo's cost: prompt blocks to compute, queued ones included, plus blocks that decoding requests hold, both with
 * weight 1 and without randomness. Its router learns the caches from events; this one remembers what it sent.
 * @see https://docs.nvidia.com/dynamo/design-docs/router-design
 */
export const DYNAMO: NamedPolicy = tokenPolicy(
  'dynamo',
  "Dynamo's KV cost: blocks to compute plus blocks in use",
  (pod, uncached, { request }) => pod.prefillTokens + uncached + pod.contextTokens + request.promptTokens,
);

/**
 * A score without weights: tokens to compute times requests in the batch, both with the new one, as LMetric has it.
 * @see https://arxiv.org/abs/2603.15202
 */
export const MULTIPLICATIVE: NamedPolicy = tokenPolicy(
  'multiplicative',
  'tokens to compute, multiplied by requests under way',
  (pod, uncached) => (pod.prefillTokens + uncached) * (pod.requests + 1),
);
