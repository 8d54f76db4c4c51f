import { laneA, laneB, number53, scramble, spread } from './hash-mix';
import { NO_PROMPT, type PromptBlocks } from '../scheduling/request';

/** Bytes of text that count as a token, unless a model's own answers say otherwise. */
export const BYTES_PER_TOKEN = 4;

/** What the caches of one model share: nothing with another model, and nothing with another salt. */
export interface CacheScope {
  /** Name that the server is asked for. */
  readonly model: string;
  /** `cache_salt` of the request, empty where it has none. */
  readonly salt: string;
}

/** Turns digests of blocks, two words each, into hashes that stand for everything up to their block. */
export function chainBlocks(digests: Uint32Array, blockTokens: number, scope: CacheScope): PromptBlocks {
  const blocks = digests.length >> 1;
  if (blocks === 0) return NO_PROMPT;
  const hashes = new Float64Array(blocks);
  let a = textLane(laneA, textLane(laneA, 0, scope.model), scope.salt);
  let b = textLane(laneB, textLane(laneB, 0, scope.model), scope.salt);
  for (let i = 0; i < blocks; i++) {
    a = scramble(a ^ (digests[i * 2] ?? 0)) + b;
    b = scramble(b ^ (digests[i * 2 + 1] ?? 0)) + a;
    a |= 0;
    b |= 0;
    hashes[i] = number53(a, b);
  }
  return { hashes, blockTokens };
}

/** Takes a text and its length into a lane, so that two texts in a row never look like two others. */
function textLane(lane: (value: number, mixed: number) => number, start: number, text: string): number {
  let value = start;
  for (let i = 0; i < text.length; i++) value = lane(value, spread(text.charCodeAt(i)));
  return scramble(lane(value, spread(text.length)));
}
