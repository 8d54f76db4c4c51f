/** Where something listens. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** A header or query parameter and the value that it must have. */
export interface ValueMatch {
  readonly name: string;
  readonly kind: 'exact' | 'regex';
  readonly value: string;
}

/** What a route compares; everything given must hold. Regular expressions match the whole text. */
export interface RouteMatch {
  readonly path: { readonly kind: 'exact' | 'prefix' | 'regex'; readonly value: string };
  readonly method?: string;
  readonly headers?: readonly ValueMatch[];
  readonly queryParams?: readonly ValueMatch[];
}

/** Where matching requests go: names of pools or services, with weights. None with weight answers 500. */
export interface Route {
  readonly match: RouteMatch;
  readonly targets: readonly { readonly name: string; readonly weight: number }[];
  /** Request headers to set. */
  readonly setHeaders?: readonly (readonly [string, string])[];
  /** Answers instead of a target. */
  readonly redirect?: { readonly scheme: string | undefined; readonly status: number };
}

/** Hostnames and their routes, in the order in which they are tried: the first that matches decides. */
export interface VirtualHost {
  readonly name: string;
  /** `*`, `example.com` or `*.example.com`; the most specific one of a listener decides. */
  readonly domains: readonly string[];
  readonly routes: readonly Route[];
}

/** A port and what it serves. */
export interface Listener extends SocketAddress {
  readonly name: string;
  readonly virtualHosts: readonly VirtualHost[];
}
