/** Where something listens. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** How the gateway reaches the pods that a picker chose. */
export type PoolReach =
  /** Exactly the first address that the picker named; without a picker there is none. */
  | { readonly kind: 'original-dst' }
  /** The picker's list in its order, with retries; without a usable one, the listed endpoints in turn. */
  | { readonly kind: 'override-host'; readonly endpoints: readonly SocketAddress[] }
  /** As `override-host`, with the endpoints in a file that Envoy watches, see `endpointsFile`. */
  | { readonly kind: 'override-host-file'; readonly path: string; readonly watchedFolder: string };

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
  readonly endpoints: readonly SocketAddress[];
}

/** What a route compares; everything given must hold. */
export interface EnvoyRouteMatch {
  readonly path: { readonly kind: 'exact' | 'prefix' | 'regex'; readonly value: string };
  readonly method?: string;
  readonly headers?: readonly { readonly name: string; readonly kind: 'exact' | 'regex'; readonly value: string }[];
  readonly queryParams?: readonly { readonly name: string; readonly kind: 'exact' | 'regex'; readonly value: string }[];
}

/** Where matching requests go: names of pools or services, with weights. None answers 500, as Gateway API says. */
export interface EnvoyRoute {
  readonly match: EnvoyRouteMatch;
  readonly targets: readonly { readonly name: string; readonly weight: number }[];
  /** Request headers to set. */
  readonly setHeaders?: readonly (readonly [string, string])[];
}

/** Hostnames and their routes, in the order in which they are tried. */
export interface EnvoyVirtualHost {
  readonly name: string;
  /** `*`, `example.com` or `*.example.com`. */
  readonly domains: readonly string[];
  readonly routes: readonly EnvoyRoute[];
}

/** A port and what it serves. */
export interface EnvoyListener extends SocketAddress {
  readonly name: string;
  readonly virtualHosts: readonly EnvoyVirtualHost[];
}

/** Everything that one Envoy in front of inference pools is made of. */
export interface EnvoyStack {
  readonly admin: SocketAddress;
  readonly listeners: readonly EnvoyListener[];
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
