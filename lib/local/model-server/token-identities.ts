import { KV_BLOCK_TOKENS } from '../../core/serving-cost/engine';
import { mix } from '../../simulator/random';
import type { TokenStream } from '../../simulator/tokens';

/** Bytes of a token, about: tokenizers make three to five of English text. */
export const TOKEN_BYTES = 4;

const BLOCK_WORDS = (KV_BLOCK_TOKENS * TOKEN_BYTES) / 4;

/** Tokens that so many bytes of text count as. */
export function tokensOf(bytes: number): number {
  return Math.ceil(bytes / TOKEN_BYTES);
}

/**
 * The tokens of a text as the simulator's replicas know them: an identity for each block of the KV cache, equal where
 * everything up to its end is equal. `salt` sets apart what shares no cache, such as the adapters of a model.
 */
export function textStream(text: Uint8Array, salt: number): TokenStream {
  const words = wordsOf(text);
  const pieces = new Float64Array(Math.ceil(words.length / BLOCK_WORDS));
  let identity = salt;
  for (let i = 0; i < pieces.length; i++) {
    identity = mix(identity, blockHash(words, i * BLOCK_WORDS, Math.min(words.length, (i + 1) * BLOCK_WORDS)));
    pieces[i] = identity;
  }
  return { pieces, pieceTokens: KV_BLOCK_TOKENS, knownTokens: tokensOf(text.length) };
}

/** The text as 32-bit words, with zeros at its end. */
function wordsOf(text: Uint8Array): Int32Array {
  const words = new Int32Array(Math.ceil(text.length / 4));
  new Uint8Array(words.buffer).set(text);
  return words;
}

/** A number below 2^53 of some words. Two multiplicative hashes side by side: nobody attacks a simulator. */
function blockHash(words: Int32Array, from: number, to: number): number {
  let low = to - from;
  let high = 0x5bd1e995;
  for (let i = from; i < to; i++) {
    const word = words[i] ?? 0;
    low = Math.imul(low ^ word, 0x85ebca6b);
    low = (low << 13) | (low >>> 19);
    high = Math.imul(high + word, 0xc2b2ae35);
    high ^= high >>> 15;
  }
  return (high & 0x1fffff) * 4294967296 + (low >>> 0);
}

/** A salt for a name. */
export function saltOf(name: string): number {
  const { pieces } = textStream(new TextEncoder().encode(name), 0);
  return pieces.at(-1) ?? 0;
}
