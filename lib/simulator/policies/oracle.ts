import type { NamedPolicy, Policy, RoutedRequest } from '../policy';
import type { Replica } from '../replica/replica';
import { forecast } from './forecast';

/** What the oracle looks at beside the request's own time to first token. */
export interface OracleWeights {
  /** Weight of the delay that other requests' ends get, all of them together. */
  readonly harm: number;
  /** Weight of the delay of other requests' first tokens. */
  readonly firstHarm: number;
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
    const after = forecast(replica, request, now);
    if (!compares) return after.firstTokenMs;
    const before = forecast(replica, undefined, now);
    const firstHarm = (after.othersFirstMs - before.othersFirstMs) * weights.firstHarm;
    return after.firstTokenMs + (after.othersMs - before.othersMs) * weights.harm + firstHarm;
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

/** The oracle that looks at the new request alone. */
export const ORACLE: NamedPolicy = oracle('oracle', 'perfect knowledge: the shortest time to first token', {
  harm: 0,
  firstHarm: 0,
});

/** The oracle that minds the others. */
export const ORACLE_KIND: NamedPolicy = oracle('oracle-kind', 'perfect knowledge: time to first token and harm', {
  harm: 0.1,
  firstHarm: 0.5,
});
