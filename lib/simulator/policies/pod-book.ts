import type { EndpointMetrics } from '../../picker/scheduling/endpoint';
import type { Random } from '../../picker/time';
import type { Policy, RoutedRequest } from '../policy';

/** What a simple router keeps of a pod. */
export interface BookedPod {
  readonly slot: number;
  /** Own requests that have not ended. */
  requests: number;
  /** Prompt tokens of own requests without a first token that the pod must compute, by the router's estimate. */
  prefillTokens: number;
  /** Tokens of prompts and answers of own requests that have not ended, by the router's estimate. */
  contextTokens: number;
  metrics: EndpointMetrics | undefined;
}

/** What a request adds to a pod's load; 0 where the rule does not look at it. */
export interface Charge {
  readonly prefillTokens: number;
  readonly contextTokens: number;
}

/** How a rule chooses among the pods of a book. */
export interface BookRule {
  /** The pod for a request; pods are in the order of their slots and never empty. */
  choose(pods: readonly BookedPod[], routed: RoutedRequest): BookedPod;
  /** What a request on the chosen pod counts for. Called after `choose`. */
  charge?(pod: BookedPod, routed: RoutedRequest): Charge;
  /** A pod is gone. */
  removed?(slot: number): void;
}

const NOTHING: Charge = { prefillTokens: 0, contextTokens: 0 };

/** A policy from a rule: keeps the pods, their last metrics and the requests that are under way. */
export function bookPolicy(name: string, rule: BookRule): Policy {
  const pods: BookedPod[] = [];
  const bySlot = new Map<number, BookedPod>();
  const charges = new Map<number, Charge>();
  const discharge = (pod: BookedPod | undefined, charge: Charge | undefined, tag: number): void => {
    if (pod === undefined || charge === undefined || charge.prefillTokens === 0) return;
    pod.prefillTokens -= charge.prefillTokens;
    charges.set(tag, { ...charge, prefillTokens: 0 });
  };
  return {
    name,
    podAdded(slot) {
      const pod: BookedPod = { slot, requests: 0, prefillTokens: 0, contextTokens: 0, metrics: undefined };
      pods.push(pod);
      bySlot.set(slot, pod);
    },
    podRemoved(slot) {
      const index = pods.findIndex((pod) => pod.slot === slot);
      if (index >= 0) pods.splice(index, 1);
      bySlot.delete(slot);
      rule.removed?.(slot);
    },
    scraped(slot, metrics) {
      const pod = bySlot.get(slot);
      if (pod !== undefined) pod.metrics = metrics;
    },
    choose(routed) {
      if (pods.length === 0) return undefined;
      const pod = rule.choose(pods, routed);
      const charge = rule.charge?.(pod, routed) ?? NOTHING;
      charges.set(routed.tag, charge);
      pod.requests++;
      pod.prefillTokens += charge.prefillTokens;
      pod.contextTokens += charge.contextTokens;
      return pod.slot;
    },
    firstToken({ tag }, slot) {
      discharge(bySlot.get(slot), charges.get(tag), tag);
    },
    finished({ tag }, slot) {
      const pod = bySlot.get(slot);
      const charge = charges.get(tag);
      charges.delete(tag);
      if (pod === undefined || charge === undefined) return;
      pod.requests--;
      pod.prefillTokens -= charge.prefillTokens;
      pod.contextTokens -= charge.contextTokens;
    },
  };
}

/** The pod with the least cost, any of them when several have it. */
export function least(pods: readonly BookedPod[], random: Random, cost: (pod: BookedPod) => number): BookedPod {
  let best = pods[0];
  let lowest = Infinity;
  let ties = 0;
  for (const pod of pods) {
    const value = cost(pod);
    if (value > lowest) continue;
    ties = value === lowest ? ties + 1 : 1;
    if (ties > 1 && random() * ties >= 1) continue;
    lowest = value;
    best = pod;
  }
  if (best === undefined) throw new RangeError('there is no pod to choose from');
  return best;
}
