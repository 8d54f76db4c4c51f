import { KV_BLOCK_TOKENS } from '../../core/serving-cost/engine';
import { fullBlocks, occupiedBlocks, type TokenStream } from '../tokens';
import { BlockList, type CachedPiece } from './block-list';

/** What a sequence holds of the KV cache. */
export interface HeldBlocks {
  /** Pieces that it shares or may share, in the order of the prompt. */
  readonly pieces: CachedPiece[];
  /** Blocks that nobody else can use: unknown tokens, or computed twice at the same time. */
  privateBlocks: number;
  /** Tokens that it has blocks for. */
  tokens: number;
}

/** A sequence that holds nothing. */
export function noBlocks(): HeldBlocks {
  return { pieces: [], privateBlocks: 0, tokens: 0 };
}

/**
 * The KV cache of a replica: vLLM's block pool with prefix caching. Blocks of finished sequences stay until they are
 * needed, the least recently freed first and of a sequence its end first. Neighbouring blocks are kept as one piece; a
 * piece that is evicted in part keeps its head, as with single blocks.
 */
export class KvBlocks {
  readonly #byIdentity = new Map<number, CachedPiece>();
  readonly #idle = new BlockList();
  #unused: number;

  public constructor(
    /** Blocks of the cache. */
    public readonly capacity: number,
    /** Whether finished sequences leave something behind. */
    public readonly prefixCaching: boolean,
  ) {
    this.#unused = capacity;
  }

  /** Blocks that a new sequence could take, cached ones included. */
  public get available(): number {
    return this.#unused + this.#idle.blocks;
  }

  /** Blocks that are in use by sequences. */
  public get used(): number {
    return this.capacity - this.available;
  }

  /** Blocks that keep something which nobody uses now. */
  public get cached(): number {
    return this.#idle.blocks;
  }

  /** Tokens at the start of a stream that are cached, at most `limit`; whole blocks. Changes nothing. */
  public matchedTokens(tokens: TokenStream, limit: number): number {
    if (!this.prefixCaching) return 0;
    const most = fullBlocks(Math.min(limit, tokens.knownTokens));
    const perPiece = fullBlocks(tokens.pieceTokens);
    let blocks = 0;
    for (const identity of tokens.pieces) {
      if (blocks >= most) break;
      const found = this.#byIdentity.get(identity)?.blocks ?? 0;
      blocks += Math.min(found, perPiece);
      if (found < perPiece) break;
    }
    return Math.min(blocks, most) * KV_BLOCK_TOKENS;
  }

  /** Blocks among the first `matched` tokens that are idle: using them makes so many fewer available. */
  public idleBlocks(tokens: TokenStream, matched: number): number {
    let idle = 0;
    for (let i = 0; i * tokens.pieceTokens < matched; i++) {
      const piece = this.#byIdentity.get(tokens.pieces[i] ?? -1);
      if (piece?.users === 0) idle += piece.blocks;
    }
    return idle;
  }

  /** Blocks of a sequence that others use too: they stay when it leaves. */
  public sharedBlocks({ pieces, tokens }: HeldBlocks): number {
    // What is shared is shared from the start on, so users hardly ever grow along a prompt: only where two computed the
    // same head at once, and each has its own.
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pieces[middle]?.users ?? 0) > 1) low = middle + 1;
      else high = middle;
    }
    let blocks = 0;
    for (let i = 0; i < low; i++) blocks += pieces[i]?.blocks ?? 0;
    return Math.min(blocks, occupiedBlocks(tokens));
  }

  /** Takes the cached blocks of the first `matched` tokens. */
  public take(held: HeldBlocks, tokens: TokenStream, matched: number): void {
    for (let i = 0; i * tokens.pieceTokens < matched; i++) {
      const piece = this.#byIdentity.get(tokens.pieces[i] ?? -1);
      if (piece === undefined) break;
      this.#use(piece);
      held.pieces.push(piece);
    }
    held.tokens = matched;
  }

  /** Gets blocks for all tokens up to `end`. Returns false, and changes nothing, when there are not enough. */
  public grow(held: HeldBlocks, tokens: TokenStream, end: number): boolean {
    const needed = occupiedBlocks(end) - occupiedBlocks(held.tokens);
    if (needed > this.available) return false;
    this.#allocate(needed);
    this.#assign(held, tokens, fullBlocks(held.tokens), fullBlocks(end));
    held.tokens = end;
    return true;
  }

  /** Gives back everything that a sequence holds. */
  public release(held: HeldBlocks): void {
    const rest = held.privateBlocks + occupiedBlocks(held.tokens) - fullBlocks(held.tokens);
    if (this.prefixCaching) {
      if (rest > 0) this.#idle.append({ identity: -1, blocks: rest, users: 0, before: undefined, after: undefined });
    } else {
      this.#unused += rest;
    }
    for (let i = held.pieces.length - 1; i >= 0; i--) this.#leave(held.pieces[i]);
    held.pieces.length = 0;
    held.privateBlocks = 0;
    held.tokens = 0;
  }

  #allocate(blocks: number): void {
    const fresh = Math.min(blocks, this.#unused);
    this.#unused -= fresh;
    for (let missing = blocks - fresh; missing > 0;) {
      const oldest = this.#idle.first;
      if (oldest === undefined) return;
      const taken = this.#idle.trim(oldest, missing);
      if (oldest.blocks === 0 && oldest.identity >= 0) this.#byIdentity.delete(oldest.identity);
      missing -= taken;
    }
  }

  /** Says whose the full blocks from `from` to `to` are: of a shared piece, or of the sequence alone. */
  #assign(held: HeldBlocks, tokens: TokenStream, from: number, to: number): void {
    const known = this.prefixCaching ? fullBlocks(tokens.knownTokens) : 0;
    const perPiece = fullBlocks(tokens.pieceTokens);
    for (let block = from; block < to;) {
      const index = Math.floor(block / perPiece);
      const end = Math.min(to, (index + 1) * perPiece, block < known ? known : to);
      const first = block - index * perPiece;
      if (block >= known || !this.#extend(held, tokens.pieces[index] ?? -1, first, first + end - block)) {
        held.privateBlocks += end - block;
      }
      block = end;
    }
  }

  /** Adds blocks `first` to `end` of a piece. False when the piece has them from somebody else already. */
  #extend(held: HeldBlocks, identity: number, first: number, end: number): boolean {
    const piece = this.#byIdentity.get(identity);
    if (piece === undefined || (first === 0 && piece.users === 0)) {
      if (first > 0) return false;
      // An older copy that the match could not reach, because what stands before it was lost, waits for its eviction.
      if (piece !== undefined) piece.identity = -1;
      const made: CachedPiece = { identity, blocks: end, users: 1, before: undefined, after: undefined };
      this.#byIdentity.set(identity, made);
      held.pieces.push(made);
      return true;
    }
    if (first === 0 || piece.blocks !== first || held.pieces.at(-1) !== piece) return false;
    piece.blocks = end;
    return true;
  }

  #use(piece: CachedPiece): void {
    if (piece.users === 0) this.#idle.remove(piece);
    piece.users++;
  }

  #leave(piece: CachedPiece | undefined): void {
    if (piece === undefined) return;
    piece.users--;
    if (piece.users === 0) this.#idle.append(piece);
  }
}
