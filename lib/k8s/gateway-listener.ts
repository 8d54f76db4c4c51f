import * as gateway from '../../imports/gateway.networking.k8s.io';
import { HTTP_PORT, HTTPS_PORT } from '../core/ports';
import { checkRange } from '../core/launch-checks';
import { checkHostname, checkName } from '../core/names';
import { problemsOf, type Problem } from '../core/problem';
import { type GatewayTls } from './gateway-tls';
import { present } from './present';

/** Namespaces whose routes may attach: the gateway's own, every one, or those with labels. */
export type AllowedNamespaces = 'Same' | 'All' | { readonly labels: Readonly<Record<string, string>> };

/** A port that a gateway listens on. */
export interface GatewayListener {
  /** Name that routes may refer to. */
  readonly name: string;
  readonly port: number;
  /**
   * Host name that it answers for, such as `llm.example.com` or `*.example.com`.
   * @default - every host name
   */
  readonly hostname?: string;
  /**
   * Certificates, which make it an HTTPS listener.
   * @default - plain HTTP
   */
  readonly tls?: GatewayTls;
  /**
   * Namespaces whose routes may attach.
   * @default 'Same'
   */
  readonly allowedNamespaces?: AllowedNamespaces;
}

/** Names of the listeners that a gateway makes by itself. */
export const HTTP_LISTENER = 'http';
export const HTTPS_LISTENER = 'https';

/** What the default listeners are made from. */
export interface DefaultListenerOptions {
  readonly hostname: string | undefined;
  readonly tls: GatewayTls | undefined;
  readonly redirectHttp: boolean;
  readonly allowedNamespaces: AllowedNamespaces | undefined;
}

/** Listeners of a gateway that names none: HTTP, or HTTPS and, to redirect, HTTP beside it. */
export function defaultListeners(options: DefaultListenerOptions): readonly GatewayListener[] {
  const { hostname, tls, redirectHttp, allowedNamespaces } = options;
  const shared = present<Pick<GatewayListener, 'hostname' | 'allowedNamespaces'>>({ hostname, allowedNamespaces });
  const http: GatewayListener = { ...shared, name: HTTP_LISTENER, port: HTTP_PORT };
  if (tls === undefined) return [http];
  const https: GatewayListener = { ...shared, name: HTTPS_LISTENER, port: HTTPS_PORT, tls };
  return redirectHttp ? [https, http] : [https];
}

/** A listener as the Gateway object writes it. */
export function listenerSpec(listener: GatewayListener): gateway.GatewaySpecListeners {
  return present<gateway.GatewaySpecListeners>({
    name: listener.name,
    port: listener.port,
    protocol: listener.tls === undefined ? 'HTTP' : 'HTTPS',
    hostname: listener.hostname,
    tls: listener.tls?._listenerTls(),
    allowedRoutes: {
      kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
      namespaces: namespacesSpec(listener.allowedNamespaces ?? 'Same'),
    },
  });
}

function namespacesSpec(allowed: AllowedNamespaces): gateway.GatewaySpecListenersAllowedRoutesNamespaces {
  const from = gateway.GatewaySpecListenersAllowedRoutesNamespacesFrom;
  if (allowed === 'Same') return { from: from.SAME };
  if (allowed === 'All') return { from: from.ALL };
  return { from: from.SELECTOR, selector: { matchLabels: { ...allowed.labels } } };
}

/** Checks the listeners of a gateway against each other. */
export function checkListeners(listeners: readonly GatewayListener[]): readonly Problem[] {
  const names = listeners.map(({ name }) => name);
  const places = listeners.map(
    ({ port, hostname }) => `port ${port}${hostname === undefined ? '' : ` for ${hostname}`}`,
  );
  return problemsOf(
    listeners.length > 0
      ? undefined
      : {
          what: 'listeners is empty',
          why: 'a gateway listens on at least one port',
          fix: 'leave it out for the default',
        },
    repeated(names).map((name) => ({
      what: `two listeners are named '${name}'`,
      why: 'routes refer to them by name',
      fix: 'give one of them another name',
    })),
    repeated(places).map((place) => ({
      what: `two listeners take ${place}`,
      why: 'a request could go to either',
      fix: 'change the port or the hostname of one',
    })),
    ...listeners.map(({ name }) => checkName('name of a listener', name, 'subdomain')),
    ...listeners.map(({ name, hostname }) =>
      hostname === undefined ? undefined : checkHostname(`hostname of listener '${name}'`, hostname),
    ),
    checkProtocols(listeners),
    ...listeners.map(({ name, port }) =>
      checkRange(
        `port of listener '${name}'`,
        port,
        { min: 1, max: 65_535, whole: true },
        'ports are numbered from 1 to 65535',
      ),
    ),
  );
}

function checkProtocols(listeners: readonly GatewayListener[]): readonly Problem[] {
  const plain = new Set(listeners.filter(({ tls }) => tls === undefined).map(({ port }) => port));
  const mixed = new Set(
    listeners.filter(({ tls, port }) => tls !== undefined && plain.has(port)).map(({ port }) => port),
  );
  return [...mixed].map((port) => ({
    what: `port ${port} has listeners with and without tls`,
    why: 'one port speaks one protocol',
    fix: 'move one of them to another port',
  }));
}

function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}
