import type { Listener, SocketAddress } from '../routing/types';

/** How the gateway reaches the pods that a picker chose. */
export type PoolReach =
  /** Exactly the first address that the picker named; without a picker there is none. */
  | { readonly kind: 'original-dst' }
  /** The picker's list in its order, with retries; without a usable one, the listed endpoints in turn. */
  | { readonly kind: 'override-host'; readonly endpoints: readonly SocketAddress[] }
  /** As `override-host`, with the endpoints in a file. */
  | ({ readonly kind: 'override-host-file' } & EndpointsFileSource);

/** A file that Envoy reads again whenever something is moved into its folder, see `endpointsFile`. */
export interface EndpointsFileSource {
  readonly path: string;
  readonly watchedFolder: string;
}

/** A pool of model servers and the picker in front of it. */
export interface EnvoyPool {
  readonly name: string;
  readonly picker: SocketAddress & { readonly tls: boolean; readonly healthPort: number };
  readonly failureMode: 'FailOpen' | 'FailClose';
  readonly reach: PoolReach;
}

/** A plain Service: its endpoints in turn, no picker. */
export interface EnvoyService {
  readonly name: string;
  readonly endpoints: readonly SocketAddress[] | EndpointsFileSource;
}

/** Everything that one Envoy in front of inference pools is made of. */
export interface EnvoyStack {
  readonly admin: SocketAddress;
  readonly listeners: readonly Listener[];
  readonly pools: readonly EnvoyPool[];
  readonly services: readonly EnvoyService[];
  /**
   * Longest wait for a picker's answer, ms. A request that waits in the picker's queue waits here too.
   * @default 10000
   */
  readonly messageTimeoutMs?: number;
  /**
   * Request header whose value becomes the subset hint that the picker gets.
   * @default - none
   */
  readonly subsetHeader?: string;
}
