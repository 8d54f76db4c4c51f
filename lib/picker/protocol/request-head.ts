import type { RequestHead } from '../director/types';

/** The head of a request while it is received: hints of later messages still come in. */
export class PendingHead implements RequestHead {
  public subset: readonly string[] | undefined;
  #controller: AbortController | undefined;
  #aborted = false;

  public constructor(
    public readonly headers: ReadonlyMap<string, string>,
    public readonly receivedAt: number,
  ) {}

  /** Made for the first who asks: most requests are decided before anybody could give up. */
  public get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Tells whoever waits that nobody does any more. */
  public abort(): void {
    this.#aborted = true;
    this.#controller?.abort();
  }
}
