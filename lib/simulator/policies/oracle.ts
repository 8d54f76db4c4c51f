import { KV_BLOCK_TOKENS } from '../../core/serving-cost/engine';
import type { NamedPolicy, Policy, RoutedRequest } from '../policy';
import type { Replica } from '../replica/replica';
import { missingTokens } from '../replica/sequence';
import type { SimulatedRequest } from '../request';
import { occupiedBlocks } from '../tokens';
import { forecastFirstToken } from './forecast';

/** What the oracle looks at beside the request's own time to first token. */
export interface OracleWeights {
  /** Weight of the time by which computing the prompt delays each running request, all of them together. */
  readonly others: number;
  /** Weight of the time that computing the prompt takes: what is computed needlessly delays all who come later. */
  readonly work: number;
  /** Weight of the time that computing again takes what must leave the cache for the request. */
  readonly eviction: number;
  /** Power of the number of requests on the pod that the sum is multiplied by; 0 leaves it alone. */
  readonly crowd: number;
}

/**
 * Perfect knowledge of caches, queues, answer lengths and step times: for every pod it plays the future with the
 * request, and takes the pod with the least sum of time to first token and what the request costs others. A bound for
 * policies that decide one request at a time; knowing what comes next could still do better.
 */
export function oracle(name: string, summary: string, weights: OracleWeights): NamedPolicy {
  return {
    name,
    summary,
    make: ({ inside }) => oraclePolicy(name, inside, weights),
  };
}

function oraclePolicy(name: string, inside: readonly Replica[], weights: OracleWeights): Policy {
  const slots = new Set<number>();
  const cost = (replica: Replica, { request }: RoutedRequest, now: number, lowest: number): number => {
    replica.settle(now);
    const crowd = (replica.batch.running.length + replica.batch.waiting.length + 1) ** weights.crowd;
    const spent = spentMs(replica, request, weights) * replica.pace;
    return (forecastFirstToken(replica, request, now, lowest / crowd - spent) + spent) * crowd;
  };
  return {
    name,
    podAdded: (slot) => void slots.add(slot),
    podRemoved: (slot) => void slots.delete(slot),
    scraped: () => undefined,
    choose(routed, now) {
      let best: number | undefined;
      let lowest = Infinity;
      for (const { slot, replica } of likeliestFirst(slots, inside)) {
        const value = cost(replica, routed, now, lowest);
        if (best !== undefined && value >= lowest) continue;
        lowest = value;
        best = slot;
      }
      return best;
    },
    firstToken: () => undefined,
    finished: () => undefined,
  };
}

interface Candidate {
  readonly slot: number;
  readonly replica: Replica;
  /** Prompt tokens that it will compute before a new request's. */
  readonly ahead: number;
}

/** Pods with little to do first: once a short time is known, longer ones need not be played to their ends. */
function likeliestFirst(slots: ReadonlySet<number>, inside: readonly Replica[]): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const slot of slots) {
    const replica = inside[slot];
    if (replica !== undefined) candidates.push({ slot, replica, ahead: promptTokensAhead(replica) });
  }
  return candidates.sort((a, b) => a.ahead - b.ahead || a.slot - b.slot);
}

function promptTokensAhead({ batch: { running, waiting } }: Replica): number {
  let tokens = 0;
  for (const sequence of running) tokens += missingTokens(sequence);
  for (const sequence of waiting) tokens += missingTokens(sequence);
  return tokens;
}

/** What a request costs others, weighted: time to compute it, and to compute again what it displaces. */
function spentMs({ kv, settings, batch }: Replica, request: SimulatedRequest, weights: OracleWeights): number {
  const { promptTokens, outputTokens, tokens } = request;
  const matched = kv.matchedTokens(tokens, promptTokens - 1);
  const needed = occupiedBlocks(promptTokens + outputTokens) - occupiedBlocks(matched);
  const displaced = Math.max(0, needed - (kv.available - kv.cached)) * KV_BLOCK_TOKENS;
  const computed = (promptTokens - matched) * (weights.work + weights.others * batch.running.length);
  return (computed + displaced * weights.eviction) * settings.cost.computeMsPerToken;
}

/**
 * Oracles that differ in how much they mind others and the future. No one of them is best everywhere: the bound is the
 * best of them in each case.
 */
export const ORACLES: readonly NamedPolicy[] = [
  oracle('oracle', 'perfect knowledge: the shortest time to first token', {
    others: 0,
    work: 0,
    eviction: 0,
    crowd: 0,
  }),
  oracle('oracle-kind', 'perfect knowledge: that, and the delay of running requests', {
    others: 0.1,
    work: 1,
    eviction: 0.1,
    crowd: 0,
  }),
  oracle('oracle-thrifty', 'perfect knowledge: that, and work that others will wait for', {
    others: 0.03,
    work: 3,
    eviction: 0.5,
    crowd: 0,
  }),
  oracle('oracle-crowd', 'perfect knowledge: time and work, multiplied by the requests on a pod', {
    others: 0,
    work: 1,
    eviction: 0,
    crowd: 0.5,
  }),
];
