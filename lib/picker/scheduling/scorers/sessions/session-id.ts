import type { Endpoint } from '../../endpoint';

/** Sessions that are kept at most, so that clients cannot fill the memory with made-up names: about 20 MB, and 70 MB of the longest names. */
export const MOST_SESSIONS = 100_000;

/** Longest name of a session, characters; a longer one is none. */
const LONGEST_NAME = 256;

interface Binding {
  readonly endpoint: Endpoint;
  readonly usedAt: number;
}

/** Sessions that the client names in a header; the picker remembers the endpoint of each for a while. */
export class SessionIdSessions {
  /** By the session's name, the one that was used longest ago first. */
  readonly #bindings = new Map<string, Binding>();

  public constructor(
    /** Headers that may hold the name, lower case; the first that is there counts. */
    private readonly headers: readonly string[],
    private readonly ttlMs: number,
  ) {}

  /** Sessions that are remembered. */
  public get size(): number {
    return this.#bindings.size;
  }

  /** Index of the session's endpoint among the candidates; -1 where it is not there. */
  public find(headers: ReadonlyMap<string, string>, candidates: readonly Endpoint[], now: number): number {
    const binding = this.#bindings.get(this.#nameOf(headers) ?? '');
    return binding === undefined || now - binding.usedAt > this.ttlMs ? -1 : candidates.indexOf(binding.endpoint);
  }

  public answerHeaders(): readonly (readonly [string, string])[] {
    return [];
  }

  public remember(headers: ReadonlyMap<string, string>, endpoint: Endpoint, now: number): void {
    const name = this.#nameOf(headers);
    if (name === undefined) return;
    this.#bindings.delete(name);
    this.#bindings.set(name, { endpoint, usedAt: now });
    for (const [oldest, { usedAt }] of this.#bindings) {
      if (now - usedAt <= this.ttlMs && this.#bindings.size <= MOST_SESSIONS) break;
      this.#bindings.delete(oldest);
    }
  }

  public forget(endpoint: Endpoint): void {
    for (const [name, binding] of this.#bindings) if (binding.endpoint === endpoint) this.#bindings.delete(name);
  }

  #nameOf(headers: ReadonlyMap<string, string>): string | undefined {
    for (const header of this.headers) {
      const name = headers.get(header);
      if (name !== undefined && name !== '') return name.length <= LONGEST_NAME ? name : undefined;
    }
    return undefined;
  }
}
