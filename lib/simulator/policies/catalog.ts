import type { NamedPolicy } from '../policy';
import { SGLANG_CACHE_AWARE } from './cache-aware';
import { CONSISTENT_HASH } from './consistent-hash';
import { DEFAULT } from './default';
import { DYNAMO, MULTIPLICATIVE } from './cost-functions';
import { ORACLES } from './oracle';
import { UPSTREAM_DEFAULT, UPSTREAM_LORA, UPSTREAM_STRONGEST } from './upstream';
import { LEAST_KV, LEAST_REQUESTS, RANDOM, ROUND_ROBIN } from './simple';

/** The policies to compare with. */
export const POLICIES: readonly NamedPolicy[] = Object.freeze([
  RANDOM,
  ROUND_ROBIN,
  LEAST_REQUESTS,
  LEAST_KV,
  CONSISTENT_HASH,
  SGLANG_CACHE_AWARE,
  DYNAMO,
  MULTIPLICATIVE,
  UPSTREAM_DEFAULT,
  UPSTREAM_LORA,
  UPSTREAM_STRONGEST,
  DEFAULT,
  ...ORACLES,
]);

/** A policy by its name; undefined where there is none of that name. */
export function namedPolicy(name: string): NamedPolicy | undefined {
  return POLICIES.find((policy) => policy.name === name);
}
