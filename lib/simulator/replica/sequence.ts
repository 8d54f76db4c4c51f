import type { SimulatedRequest } from '../request';
import { type HeldBlocks, noBlocks } from './kv-blocks';

/** A request on a replica. Written by the replica alone. */
export interface Sequence {
  readonly request: SimulatedRequest;
  /** Place of the request's results; the replica only hands it back. */
  readonly tag: number;
  /** When it reached the replica, ms. */
  readonly arrivedAt: number;
  readonly held: HeldBlocks;
  /** Tokens of prompt and answer so far whose KV cache is computed. */
  computed: number;
  /** Tokens of the answer so far. */
  generated: number;
  /** Tokens of this step. */
  scheduled: number;
  /** Prompt tokens that were cached when it was admitted first; undefined while it waits for that. */
  cachedTokens: number | undefined;
  firstTokenAt: number | undefined;
  /** How often it lost its blocks and had to start over. */
  preemptions: number;
}

/** A request that just reached a replica. */
export function sequence(request: SimulatedRequest, tag: number, arrivedAt: number): Sequence {
  return {
    request,
    tag,
    arrivedAt,
    held: noBlocks(),
    computed: 0,
    generated: 0,
    scheduled: 0,
    cachedTokens: undefined,
    firstTokenAt: undefined,
    preemptions: 0,
  };
}

/** Tokens that must be computed before the next one comes out. */
export function missingTokens(sequence: Sequence): number {
  return sequence.request.promptTokens + sequence.generated - sequence.computed;
}

/** Whether only the newest token is missing. */
export function isDecoding(sequence: Sequence): boolean {
  return sequence.generated > 0 && missingTokens(sequence) === 1;
}
