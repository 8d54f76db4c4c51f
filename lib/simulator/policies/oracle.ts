import { KV_BLOCK_TOKENS } from '../../core/serving-cost/engine';
import type { NamedPolicy, Policy, RoutedRequest } from '../policy';
import type { Replica } from '../replica/replica';
import type { SimulatedRequest } from '../request';
import { occupiedBlocks } from '../tokens';
import { forecast, forecastFirstToken } from './forecast';

/** What the oracle looks at beside the request's own time to first token. */
export interface OracleWeights {
  /** Weight of the delay that other requests' ends get, all of them together. */
  readonly harm: number;
  /** Weight of the delay of other requests' first tokens. */
  readonly firstHarm: number;
  /** Weight of the time that computing the prompt takes: what is computed needlessly delays all who come later. */
  readonly work: number;
  /** Weight of the time that computing again takes what must leave the cache for the request. */
  readonly eviction: number;
}

/**
 * Perfect knowledge of caches, queues, answer lengths and step times: for every pod it plays the future with and without
 * the request, and takes the pod with the least sum of time to first token and weighted harm to others. A bound for
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
  const compares = weights.harm > 0 || weights.firstHarm > 0;
  const cost = (replica: Replica, { request }: RoutedRequest, now: number): number => {
    const spent = spentMs(replica, request, weights) * replica.pace;
    if (!compares) return forecastFirstToken(replica, request, now) + spent;
    const after = forecast(replica, request, now);
    const own = after.firstTokenMs + spent;
    const before = forecast(replica, undefined, now);
    const firstHarm = (after.othersFirstMs - before.othersFirstMs) * weights.firstHarm;
    return own + (after.othersMs - before.othersMs) * weights.harm + firstHarm;
  };
  return {
    name,
    podAdded: (slot) => void slots.add(slot),
    podRemoved: (slot) => void slots.delete(slot),
    scraped: () => undefined,
    choose(routed, now) {
      let best: number | undefined;
      let lowest = Infinity;
      for (const slot of slots) {
        const replica = inside[slot];
        const value = replica === undefined ? Infinity : cost(replica, routed, now);
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

/** What a request costs those who come later, weighted: time to compute it, and to compute again what it displaces. */
function spentMs({ kv, settings }: Replica, request: SimulatedRequest, { work, eviction }: OracleWeights): number {
  if (work === 0 && eviction === 0) return 0;
  const { promptTokens, outputTokens, tokens } = request;
  const matched = kv.matchedTokens(tokens, promptTokens - 1);
  const needed = occupiedBlocks(promptTokens + outputTokens) - occupiedBlocks(matched);
  const displaced = Math.max(0, needed - (kv.available - kv.cached)) * KV_BLOCK_TOKENS;
  return ((promptTokens - matched) * work + displaced * eviction) * settings.cost.computeMsPerToken;
}

const SELFISH: OracleWeights = { harm: 0, firstHarm: 0, work: 0, eviction: 0 };

/**
 * Oracles that differ in how much they mind others and the future. No one of them is best everywhere: the bound is the
 * best of them in each case.
 */
export const ORACLES: readonly NamedPolicy[] = [
  oracle('oracle', 'perfect knowledge: the shortest time to first token', SELFISH),
  oracle('oracle-kind', 'perfect knowledge: that, and the delay of other requests', {
    ...SELFISH,
    harm: 0.1,
    firstHarm: 0.5,
  }),
  oracle('oracle-thrifty', 'perfect knowledge: that, and work that others will wait for', {
    harm: 0.05,
    firstHarm: 0.5,
    work: 2,
    eviction: 0.5,
  }),
  oracle('oracle-saving', 'perfect knowledge: the least work, then the shortest time', {
    harm: 0.05,
    firstHarm: 0.5,
    work: 8,
    eviction: 1,
  }),
];
