/** Neighbouring blocks of one stream that are cached together. */
export interface CachedPiece {
  /** Identity in the stream; -1 for blocks that nobody can find. */
  identity: number;
  /** Blocks from the head of the piece that are present. */
  blocks: number;
  /** Sequences that use it. */
  users: number;
  before: CachedPiece | undefined;
  after: CachedPiece | undefined;
}

/** Pieces that nobody uses, the next to be evicted first. */
export class BlockList {
  #first: CachedPiece | undefined;
  #last: CachedPiece | undefined;
  #blocks = 0;

  public get first(): CachedPiece | undefined {
    return this.#first;
  }

  /** Blocks of all pieces. */
  public get blocks(): number {
    return this.#blocks;
  }

  public append(piece: CachedPiece): void {
    piece.before = this.#last;
    piece.after = undefined;
    if (this.#last === undefined) this.#first = piece;
    else this.#last.after = piece;
    this.#last = piece;
    this.#blocks += piece.blocks;
  }

  public remove(piece: CachedPiece): void {
    if (piece.before === undefined) this.#first = piece.after;
    else piece.before.after = piece.after;
    if (piece.after === undefined) this.#last = piece.before;
    else piece.after.before = piece.before;
    piece.before = undefined;
    piece.after = undefined;
    this.#blocks -= piece.blocks;
  }

  /** Takes up to `most` blocks from the end of a piece, and returns how many; an empty piece leaves the list. */
  public trim(piece: CachedPiece, most: number): number {
    const taken = Math.min(piece.blocks, most);
    if (taken === piece.blocks) this.remove(piece);
    else this.#blocks -= taken;
    piece.blocks -= taken;
    return taken;
  }
}
