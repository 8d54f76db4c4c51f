import type { SocketAddress } from '../routing/types';

/** Most connections that are tried for one request: as Envoy does with two retries. */
export const MOST_ATTEMPTS = 3;

/** Endpoints in turn, however their list changes. */
export class Rotation {
  readonly #endpoints: () => readonly SocketAddress[];
  #turn = 0;

  public constructor(endpoints: () => readonly SocketAddress[]) {
    this.#endpoints = endpoints;
  }

  /**
   * Endpoints to try for one request, at most three: first those of the picker's list that there are, in its order,
   * then others in turn.
   */
  public candidates(chosen: readonly string[] = []): readonly SocketAddress[] {
    const endpoints = this.#endpoints();
    const listed = chosen.flatMap((name) => endpoints.find((endpoint) => hostPort(endpoint) === name) ?? []);
    const candidates = listed.slice(0, MOST_ATTEMPTS);
    if (endpoints.length === 0 || candidates.length === MOST_ATTEMPTS) return candidates;
    // Those that are only there for when the chosen ones fail take nobody's turn.
    const first = listed.length > 0 ? this.#turn : this.#turn++;
    for (let i = 0; candidates.length < MOST_ATTEMPTS && i < endpoints.length; i++) {
      const next = endpoints[(first + i) % endpoints.length];
      if (next !== undefined && !candidates.includes(next)) candidates.push(next);
    }
    return candidates;
  }
}

/** An endpoint as the picker writes it: `10.0.0.1:8000`, `[fd00::1]:8000`. */
export function hostPort({ address, port }: SocketAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
