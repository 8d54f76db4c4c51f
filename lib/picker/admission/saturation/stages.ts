import { Labels } from '../../../core/labels';
import type { Endpoint } from '../../scheduling/endpoint';

/** Roles whose endpoints compute prompts and generate: they count in both stages. */
const BOTH = new Set(['both', 'prefill-decode', 'encode-prefill-decode']);
const PREFILL = new Set(['prefill', 'encode-prefill']);
/** Computes neither, so its queue holds nothing back. */
const ENCODE = 'encode';

/**
 * The endpoints by what they do for a request: one group unless prompts are computed elsewhere than answers. A pool is
 * as full as its fullest stage.
 */
export function stagesOf(endpoints: readonly Endpoint[]): readonly (readonly Endpoint[])[] {
  if (endpoints.every((endpoint) => endpoint.labels[Labels.INFERENCE_ROLE] === undefined)) return [endpoints];
  const prefill: Endpoint[] = [];
  const decode: Endpoint[] = [];
  for (const endpoint of endpoints) {
    const role = endpoint.labels[Labels.INFERENCE_ROLE] ?? '';
    if (BOTH.has(role) || PREFILL.has(role)) prefill.push(endpoint);
    if (BOTH.has(role) || (!PREFILL.has(role) && role !== ENCODE)) decode.push(endpoint);
  }
  return [prefill, decode].filter((stage) => stage.length > 0);
}
