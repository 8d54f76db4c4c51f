import { KV_BLOCK_TOKENS } from '../core/serving-cost/engine';
import { mix } from './random';

/**
 * The tokens of a prompt and its answer, without the tokens: pieces of equal size, each with an identity. Equal
 * identities mean equal tokens from the first to the end of the piece, so a prefix is shared as far as identities agree.
 */
export interface TokenStream {
  /** One identity a piece, whole numbers below 2^53. The last piece may be partial; it grows as the stream does. */
  readonly pieces: Float64Array;
  /** Tokens of a full piece, a multiple of the KV block. */
  readonly pieceTokens: number;
  /** Tokens from the start whose identity is known; what follows is shared with nobody. */
  readonly knownTokens: number;
}

/** Tokens of a piece in generated workloads: what the picker hashes as one block. */
export const PIECE_TOKENS = 64;

/** Pieces for so many tokens. */
export function piecesFor(tokens: number, pieceTokens: number): number {
  return Math.ceil(tokens / pieceTokens);
}

/**
 * A stream that starts with another stream's first tokens and goes on with its own: a conversation after a system
 * prompt. The piece where they part belongs to the new stream.
 */
export function branch(shared: TokenStream, sharedTokens: number, identity: number, tokens: number): TokenStream {
  const { pieceTokens } = shared;
  const pieces = new Float64Array(piecesFor(tokens, pieceTokens));
  const common = Math.floor(Math.min(sharedTokens, shared.knownTokens, tokens) / pieceTokens);
  pieces.set(shared.pieces.subarray(0, common));
  for (let i = common; i < pieces.length; i++) pieces[i] = mix(identity, i);
  return { pieces, pieceTokens, knownTokens: tokens };
}

/** Tokens from the start that two streams share, as far as their identities tell. */
export function commonTokens(a: TokenStream, b: TokenStream): number {
  const most = Math.min(a.knownTokens, b.knownTokens);
  if (a.pieces === b.pieces) return most;
  let piece = 0;
  while (piece < a.pieces.length && a.pieces[piece] === b.pieces[piece]) piece++;
  return Math.min(piece * a.pieceTokens, most);
}

/** A stream that shares nothing with others of another identity. */
export function stream(identity: number, tokens: number, pieceTokens = PIECE_TOKENS): TokenStream {
  const pieces = new Float64Array(piecesFor(tokens, pieceTokens));
  for (let i = 0; i < pieces.length; i++) pieces[i] = mix(identity, i);
  return { pieces, pieceTokens, knownTokens: tokens };
}

/**
 * What the picker sees of a prompt: one hash a block, the last one also for a partial block, whose hash depends on its
 * length. Blocks need not be as large as the stream's pieces: each is known by the piece that its end lies in.
 */
export function promptHashes(tokens: TokenStream, promptTokens: number, blockTokens: number): Float64Array {
  const hashes = new Float64Array(piecesFor(promptTokens, blockTokens));
  const { pieces, pieceTokens } = tokens;
  for (let i = 0; i < hashes.length; i++) {
    const end = (i + 1) * blockTokens;
    const index = Math.floor((Math.min(end, promptTokens) - 1) / pieceTokens);
    const piece = pieces[index] ?? 0;
    const part = end - index * pieceTokens;
    const whole = part === pieceTokens ? piece : mix(piece, part);
    hashes[i] = end <= promptTokens ? whole : mix(whole, promptTokens);
  }
  return hashes;
}

/** Blocks of the KV cache that so many tokens fill completely. */
export function fullBlocks(tokens: number): number {
  return Math.floor(tokens / KV_BLOCK_TOKENS);
}

/** Blocks of the KV cache that so many tokens occupy. */
export function occupiedBlocks(tokens: number): number {
  return Math.ceil(tokens / KV_BLOCK_TOKENS);
}
