import { isObject, listAt, type Manifest, numberAt, textAt } from './manifest';

/** How clients reach a release. */
export interface Endpoint {
  /** Base of the model API, without a slash at the end. */
  readonly url: string;
  /** Name in the URL that DNS may not know yet, as curl takes it: `host:port:address`. */
  readonly resolve: string | undefined;
}

/** What is known of a release once it is deployed. */
export interface EndpointFacts {
  readonly gateway: Manifest;
  readonly routes: readonly Manifest[];
  /** Address of the gateway. */
  readonly address: string;
}

const CHAT_PATH = '/v1/chat/completions';
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Address that a load balancer gave a Gateway; undefined until it is programmed. */
export function addressOf(status: unknown): string | undefined {
  return isObject(status) ? textAt(listAt(status, 'addresses')[0], 'value') : undefined;
}

/** Puts together the URL from a Gateway, its first route and its address. */
export function endpointOf({ gateway, routes, address }: EndpointFacts): Endpoint {
  const route = routes.find((candidate) => isFor(candidate, gateway));
  const { scheme, port, hostname } = listenerOf(gateway, route);
  const host = hostname ?? (address.includes(':') ? `[${address}]` : address);
  return {
    url: `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? '' : `:${port}`}${prefixOf(route)}`,
    resolve: hostname === undefined ? undefined : `${hostname}:${port}:${address}`,
  };
}

/** A command for one chat completion that works before DNS does. */
export function curlCommand({ url, resolve }: Endpoint, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }] });
  const parts = [
    ...['curl -sS', ...(resolve === undefined ? [] : [`--resolve ${resolve}`]), `${url}${CHAT_PATH}`],
    ...[`-H 'Content-Type: application/json'`, `-d ${quoted(body)}`],
  ];
  return parts.join(' ');
}

interface Listener {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  readonly hostname: string | undefined;
}

/** Prefers TLS; a name of the route is more specific than one of the listener. */
function listenerOf(gateway: Manifest, route: Manifest | undefined): Listener {
  const listeners = listAt(gateway, 'spec', 'listeners');
  const secure = listeners.find((listener) => textAt(listener, 'protocol') === 'HTTPS');
  const listener = secure ?? listeners[0];
  const scheme = secure === undefined ? 'http' : 'https';
  const names = [...listAt(route, 'spec', 'hostnames'), textAt(listener, 'hostname')];
  return {
    scheme,
    port: numberAt(listener, 'port') ?? DEFAULT_PORTS[scheme] ?? 80,
    hostname: names.find((name): name is string => typeof name === 'string' && !name.startsWith('*')),
  };
}

function isFor(route: Manifest, gateway: Manifest): boolean {
  const name = textAt(gateway, 'metadata', 'name');
  return listAt(route, 'spec', 'parentRefs').some((parent) => textAt(parent, 'name') === name);
}

/** A route below a path of its own takes the API's paths below it. */
function prefixOf(route: Manifest | undefined): string {
  const matches = listAt(route, 'spec', 'rules').flatMap((rule) => listAt(rule, 'matches'));
  const path = textAt(matches[0], 'path', 'value') ?? '/';
  const prefix = path.replace(/\/+$/, '');
  return `${CHAT_PATH}/`.startsWith(`${prefix}/`) ? '' : prefix;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll(`'`, `'\\''`)}'`;
}
