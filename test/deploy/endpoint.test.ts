import { addressOf, curlCommand, endpointOf } from '../../lib/deploy/endpoint';
import { type JsonObject, type Manifest } from '../../lib/deploy/manifest';
import { manifest } from './objects';

const HTTP = { name: 'http', port: 80, protocol: 'HTTP' };
const HTTPS = { name: 'https', port: 443, protocol: 'HTTPS' };

const gateway = (...listeners: readonly JsonObject[]): Manifest =>
  manifest('gateway.networking.k8s.io/v1/Gateway', { listeners }, { name: 'g' });

const route = (spec: JsonObject, parent = 'g'): Manifest =>
  manifest('gateway.networking.k8s.io/v1/HTTPRoute', { parentRefs: [{ name: parent }], ...spec });

const below = (value: string): JsonObject => ({ rules: [{ matches: [{ path: { type: 'PathPrefix', value } }] }] });

function url(of: Manifest, ...routes: readonly Manifest[]): string {
  return endpointOf({ gateway: of, routes, address: '203.0.113.10' }).url;
}

describe('endpointOf', () => {
  it.each([
    ['a listener', url(gateway(HTTP)), 'http://203.0.113.10'],
    ['another port', url(gateway({ ...HTTP, port: 8080 })), 'http://203.0.113.10:8080'],
    ['TLS before plain text', url(gateway(HTTP, HTTPS)), 'https://203.0.113.10'],
    ['a name of the listener', url(gateway({ ...HTTPS, hostname: 'a.example.com' })), 'https://a.example.com'],
    [
      'a name of the route before it',
      url(gateway({ ...HTTPS, hostname: '*.example.com' }), route({ hostnames: ['b.example.com'] })),
      'https://b.example.com',
    ],
    ['no wildcard', url(gateway({ ...HTTP, hostname: '*.example.com' })), 'http://203.0.113.10'],
    [
      'no route of another Gateway',
      url(gateway(HTTP), route({ hostnames: ['c.example.com'] }, 'h')),
      'http://203.0.113.10',
    ],
    ['a path of the route', url(gateway(HTTP), route(below('/llama/'))), 'http://203.0.113.10/llama'],
    ['no path of the API', url(gateway(HTTP), route(below('/v1'))), 'http://203.0.113.10'],
    ['no path at all', url(gateway(HTTP), route(below('/'))), 'http://203.0.113.10'],
  ])('reads %s', (_what, actual, expected) => {
    expect(actual).toBe(expected);
  });

  it('puts an IPv6 address into brackets', () => {
    expect(endpointOf({ gateway: gateway(HTTP), routes: [], address: '2001:db8::1' }).url).toBe('http://[2001:db8::1]');
  });

  it('tells curl the address of a name that DNS may not know yet', () => {
    const endpoint = endpointOf({
      gateway: gateway({ ...HTTPS, hostname: 'chat.example.com' }),
      routes: [],
      address: '203.0.113.10',
    });

    expect(curlCommand(endpoint, `it's`)).toMatchInlineSnapshot(
      `"curl -sS --resolve chat.example.com:443:203.0.113.10 https://chat.example.com/v1/chat/completions -H 'Content-Type: application/json' -d '{"model":"it'\\''s","messages":[{"role":"user","content":"Hello!"}]}'"`,
    );
  });
});

describe('addressOf', () => {
  it('reads the first address, once there is one', () => {
    expect(addressOf({ addresses: [{ type: 'IPAddress', value: '203.0.113.10' }] })).toBe('203.0.113.10');
    expect(addressOf({ addresses: [] })).toBeUndefined();
    expect(addressOf(undefined)).toBeUndefined();
  });
});
