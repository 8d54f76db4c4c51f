import type { WafRuleSet } from '../core/gke/cloud-armor';

/** How many requests one client may send. */
export interface RateLimit {
  /** Requests in an interval. */
  readonly requests: number;
  /**
   * Length of the interval, seconds.
   * @default 60
   */
  readonly intervalSeconds?: number;
  /**
   * Refuse a client that goes beyond the limit for this long, seconds.
   * @default - only what is beyond the limit is refused
   */
  readonly banSeconds?: number;
  /**
   * What a client is: an address, the first address of `X-Forwarded-For` behind a proxy of yours, or the value of a
   * header such as an API key.
   * @default 'address'
   */
  readonly key?: 'address' | 'forwarded-address' | { readonly header: string };
}

/** What decides the rules of a policy. */
export interface CloudArmorSettings {
  /**
   * Requests that one client may send; beyond it clients get a 429.
   * @default - no limit
   */
  readonly rateLimit?: RateLimit;
  /**
   * Ranges that are refused, before everything else.
   * @default - none
   */
  readonly denyRanges?: readonly string[];
  /**
   * Ranges that are let in without a limit.
   * @default - none
   */
  readonly allowRanges?: readonly string[];
  /**
   * What happens to everyone else.
   * @default 'allow'
   */
  readonly defaultAction?: 'allow' | 'deny';
  /**
   * Attacks to look for. Most of them are found in bodies, and ordinary prompts look like attacks: people ask models
   * about SQL, shell scripts and HTML. `PROMPT_SAFE_RULE_SETS` names those that leave prompts alone; try others with
   * wafPreview first.
   * @default - none
   */
  readonly wafRuleSets?: readonly WafRuleSet[];
  /**
   * How much looks like an attack, 1 (little) to 4.
   * @default 1
   */
  readonly wafSensitivity?: number;
  /**
   * Log attacks without refusing them.
   * @default false
   */
  readonly wafPreview?: boolean;
}
