import type { Topology } from '../local/manifests/topology';
import type { Route } from '../local/routing/types';
import { playedListeners } from '../local/stack/listeners';
import type { LocalStack } from '../local/stack/types';

const GATEWAYS = { envoy: 'Envoy', 'node-proxy': 'the Node proxy' } as const;

/** What a user sees of a stack that has just started. */
export function upBanner(stack: LocalStack, topology: Topology, pageUrl: string | undefined): string {
  const { title, gateway } = stack.state();
  const [main] = stack.urls;
  const urls = [
    ...stack.urls.map(({ lane, url }) => [lane === 'picker' ? 'gateway' : `compared: ${lane}`, url] as const),
    ...(pageUrl === undefined ? [] : [['page', pageUrl] as const]),
  ];
  const servers = stack.deployments.map(({ name, replicas, server }) => [name, `${replicas} x ${server}`] as const);
  return [
    `${title} on this machine, behind ${GATEWAYS[gateway]}`,
    '',
    ...rows([...urls, ...servers, ['models', modelsOf(topology).join(', ')]]),
    '',
    `  ${curlLine(main?.url ?? '', topology)}`,
    '',
    ...stack.notes.map((note) => `note: ${note}`),
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}

function rows(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

/** Names that requests may give as their model. */
function modelsOf({ pools }: Topology): readonly string[] {
  const names = pools.flatMap(({ servers }) =>
    servers.flatMap(({ settings }) => [...settings.servedNames, ...settings.adapters]),
  );
  return [...new Set(names)];
}

const CHAT_PATH = '/v1/chat/completions';

/** A request that the first route to a pool takes. */
function curlLine(url: string, topology: Topology): string {
  const [model = ''] = modelsOf(topology);
  const [listener] = playedListeners(topology).listeners;
  const route = listener?.virtualHosts.flatMap(({ routes }) => routes).find(({ targets }) => targets.length > 0);
  const headers = ['content-type: application/json', ...headersOf(route)];
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
  return `curl ${url}${pathOf(route)} ${headers.map((header) => `-H '${header}'`).join(' ')} -d '${body}'`;
}

function pathOf(route: Route | undefined): string {
  const { kind, value } = route?.match.path ?? { kind: 'prefix', value: '/' };
  if (kind === 'exact') return value;
  return kind === 'regex' || CHAT_PATH.startsWith(value) ? CHAT_PATH : `${value.replace(/\/+$/, '')}${CHAT_PATH}`;
}

function headersOf(route: Route | undefined): readonly string[] {
  const exact = (route?.match.headers ?? []).filter(({ kind }) => kind === 'exact');
  return exact.map(({ name, value }) => `${name}: ${value}`);
}
