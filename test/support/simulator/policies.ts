import type { NamedPolicy, Policy, PolicySetup, RoutedRequest } from '../../../lib/simulator/policy';
import { seededRandom } from '../../../lib/simulator/random';
import { simulatedRequest } from './builders';

/** Tokens of a block of the prompts below: easy to multiply by. */
export const BLOCK_TOKENS = 10;

/** The policy of one router, with pods in the slots 0, 1, … */
export function policyWith(named: NamedPolicy, pods: number, given: Partial<PolicySetup> = {}): Policy {
  const policy = named.make({ random: seededRandom(1), inside: [], cacheTokens: 1_000_000, ...given });
  for (let slot = 0; slot < pods; slot++) policy.podAdded(slot, 0);
  return policy;
}

/** A request whose prompt has these blocks, all of them full unless `promptTokens` says otherwise. */
export function withBlocks(
  tag: number,
  blocks: readonly number[],
  promptTokens = blocks.length * BLOCK_TOKENS,
): RoutedRequest {
  const request = simulatedRequest({ id: tag, promptTokens });
  return { tag, request, hashes: Float64Array.from(blocks), blockTokens: BLOCK_TOKENS };
}

/** So many blocks in a row: `blocks(3, 100)` is 100, 101, 102. */
export function blocks(count: number, first = 1): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Asks for the pod of a request that ends at once, and so leaves no load. */
export function chosenAndDone(policy: Policy, routed: RoutedRequest): number | undefined {
  const slot = policy.choose(routed, 0);
  if (slot !== undefined) policy.finished(routed, slot, 0, 'completed');
  return slot;
}
