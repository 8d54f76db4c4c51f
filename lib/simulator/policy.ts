import type { CallOutcome } from '../picker/scheduling/call';
import type { EndpointMetrics } from '../picker/scheduling/endpoint';
import type { Random } from '../picker/time';
import type { Replica } from './replica/replica';
import type { SimulatedRequest } from './request';

/** A request at a router. */
export interface RoutedRequest {
  /** Number of the request in the simulation; the same for every attempt. */
  readonly tag: number;
  readonly request: SimulatedRequest;
  /** Hashes of the prompt's blocks, as a parser makes them from a body. */
  readonly hashes: Float64Array;
  /** Tokens of a block that a hash stands for. */
  readonly blockTokens: number;
}

/**
 * Chooses the pod of each request: what a router knows and does. Pods have slots, whole numbers from 0 that are never
 * used again. A policy knows what it was told and nothing else.
 */
export interface Policy {
  readonly name: string;
  /** A pod is ready. */
  podAdded(slot: number, now: number): void;
  /** A pod is gone; its requests end with `finished`. */
  podRemoved(slot: number, now: number): void;
  /** A reading of a pod's metrics came in. */
  scraped(slot: number, metrics: EndpointMetrics, now: number): void;
  /** The slot for a request; undefined when there is none. */
  choose(routed: RoutedRequest, now: number): number | undefined;
  /** The first token of an answer passed by. */
  firstToken(routed: RoutedRequest, slot: number, now: number): void;
  /** So many further tokens of an answer passed by. Told now and then; policies without it do not count tokens. */
  generated?(routed: RoutedRequest, tokens: number): void;
  /** An answer ended. */
  finished(routed: RoutedRequest, slot: number, now: number, outcome: CallOutcome): void;
}

/** What a policy is made with. */
export interface PolicySetup {
  readonly random: Random;
  /** Model servers by slot, as no real router could see them; for the oracle alone. */
  readonly inside: readonly Replica[];
  /** Blocks and tokens a block of each pod's KV cache, as its metrics would tell. */
  readonly cacheTokens: number;
}

/** Makes the policy of one router. */
export type PolicyFactory = (setup: PolicySetup) => Policy;

/** A policy that a user can name. */
export interface NamedPolicy {
  readonly name: string;
  /** One sentence for help texts and tables. */
  readonly summary: string;
  /** Tokens of the blocks that its routers hash. @default 64 */
  readonly blockTokens?: number | undefined;
  readonly make: PolicyFactory;
}
