import {
  GatewayClass,
  GatewayTls,
  InferenceGateway,
  type InferenceGatewayProps,
  warningsOf,
} from 'gke-inference-gateway';
import { type Manifest, newChart, only, refusal, synth } from '../support/manifests';
import { servedModel } from '../support/stacks';

function gatewayOf(props: InferenceGatewayProps = {}): Manifest {
  const chart = newChart();
  new InferenceGateway(chart, 'gateway', props).addRoute(servedModel(chart));
  return only(synth(chart), 'Gateway');
}

function refusalOf(props: InferenceGatewayProps): string | undefined {
  const chart = newChart();
  new InferenceGateway(chart, 'gateway', props).addRoute(servedModel(chart));
  return refusal(chart);
}

test('by default it is reachable inside the VPC only', () => {
  expect(gatewayOf().spec.gatewayClassName).toBe('gke-l7-rilb');
});

test('it takes routes of its own namespace on port 80', () => {
  expect(gatewayOf().spec.listeners).toEqual([
    {
      name: 'http',
      port: 80,
      protocol: 'HTTP',
      allowedRoutes: {
        kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
        namespaces: { from: 'Same' },
      },
    },
  ]);
});

describe('TLS', () => {
  test('from a Secret', () => {
    expect(gatewayOf({ tls: GatewayTls.secret('cert') }).spec.listeners[0]).toMatchObject({
      port: 443,
      protocol: 'HTTPS',
      tls: { mode: 'Terminate', certificateRefs: [{ name: 'cert' }] },
    });
  });

  test('from Certificate Manager', () => {
    expect(gatewayOf({ tls: GatewayTls.googleManaged('a', 'b') }).spec.listeners[0].tls).toEqual({
      mode: 'Terminate',
      options: { 'networking.gke.io/cert-manager-certs': 'a,b' },
    });
  });

  test('from Compute Engine', () => {
    expect(gatewayOf({ tls: GatewayTls.preShared('a') }).spec.listeners[0].tls).toEqual({
      mode: 'Terminate',
      options: { 'networking.gke.io/pre-shared-certs': 'a' },
    });
  });

  test('plain requests are redirected on wish, and routes attach to HTTPS only', () => {
    const chart = newChart();
    const props = { tls: GatewayTls.secret('cert'), redirectHttp: true, hostname: 'llm.example.com' };
    new InferenceGateway(chart, 'gateway', props).addRoute(servedModel(chart));
    const [redirect, route] = synth(chart)
      .filter(({ kind }) => kind === 'HTTPRoute')
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));

    expect(redirect!.spec).toEqual({
      hostnames: ['llm.example.com'],
      parentRefs: [{ name: 'test-gateway', sectionName: 'http' }],
      rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }],
    });
    expect(route!.spec.parentRefs[0].sectionName).toBe('https');
  });
});

test('a reserved address is named', () => {
  expect(gatewayOf({ staticAddress: 'llm' }).spec.addresses).toEqual([{ type: 'NamedAddress', value: 'llm' }]);
});

test('namespaces may be chosen by label', () => {
  const { listeners } = gatewayOf({ allowedNamespaces: { labels: { team: 'ml' } } }).spec;

  expect(listeners[0].allowedRoutes.namespaces).toEqual({
    from: 'Selector',
    selector: { matchLabels: { team: 'ml' } },
  });
});

test('listeners can be spelled out', () => {
  const listeners = [
    { name: 'internal', port: 8080, allowedNamespaces: 'All' },
    { name: 'public', port: 443, hostname: '*.example.com', tls: GatewayTls.secret('cert') },
  ] as const;

  expect(gatewayOf({ listeners }).spec.listeners).toMatchObject([
    { name: 'internal', port: 8080, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } },
    { name: 'public', port: 443, protocol: 'HTTPS', hostname: '*.example.com' },
  ]);
});

describe('refusals', () => {
  test('a class that cannot serve an InferencePool', () => {
    expect(refusalOf({ gatewayClass: GatewayClass.GLOBAL_EXTERNAL })).toMatchInlineSnapshot(`
     "[test/gateway/route-model] gateway 'test-gateway' has class gke-l7-global-external-managed
           why: that class refuses routes to an InferencePool
           fix: set gatewayClass: GatewayClass.REGIONAL_EXTERNAL"
    `);
  });

  test('a certificate map on a regional gateway', () => {
    expect(refusalOf({ tls: GatewayTls.certificateMap('map') })).toMatchInlineSnapshot(`
     "[test/gateway] tls: certificate map 'map' on class gke-l7-rilb
           why: only global gateways read certificate maps; this one would serve no certificate
           fix: use GatewayTls.googleManaged() with Certificate Manager certificates of the region"
    `);
  });

  test("Google's certificates on a gateway outside GKE", () => {
    expect(refusalOf({ gatewayClass: GatewayClass.ISTIO, tls: GatewayTls.googleManaged('a') })).toMatchInlineSnapshot(`
     "[test/gateway] tls: certificate-manager certificates on class istio
           why: istio knows nothing of Google Cloud's certificates
           fix: use GatewayTls.secret()"
    `);
  });

  test('TLS without a certificate', () => {
    expect(refusalOf({ tls: GatewayTls.googleManaged() })).toMatchInlineSnapshot(`
     "[test/gateway] tls names no certificate
           why: HTTPS needs one
           fix: give the name of at least one certificate"
    `);
  });

  test('a redirect to HTTPS without HTTPS', () => {
    expect(refusalOf({ redirectHttp: true })).toMatchInlineSnapshot(`
     "[test/gateway] redirectHttp without tls
           why: there would be no HTTPS to redirect to
           fix: set tls, or remove redirectHttp"
    `);
  });

  test('settings of the default listeners beside listeners', () => {
    expect(refusalOf({ hostname: 'a.example.com', listeners: [{ name: 'a', port: 80 }] })).toMatchInlineSnapshot(`
     "[test/gateway] listeners together with hostname
           why: those describe the default listeners, which are not made
           fix: say the same on the listeners, or remove listeners"
    `);
  });

  test('listeners of one name or one place', () => {
    const listeners = [
      { name: 'a', port: 80 },
      { name: 'a', port: 80 },
    ];

    expect(refusalOf({ listeners })).toMatchInlineSnapshot(`
     "[test/gateway] two listeners are named 'a'
           why: routes refer to them by name
           fix: give one of them another name
       [test/gateway] two listeners take port 80
           why: a request could go to either
           fix: change the port or the hostname of one"
    `);
  });

  test('names and hosts that the API refuses, and a port with two protocols', () => {
    const listeners = [
      { name: 'HTTP_1', port: 80, hostname: 'https://a' },
      { name: 'secure', port: 80, hostname: 'b.example.com', tls: GatewayTls.secret('cert') },
    ];

    expect(refusalOf({ listeners })).toMatchSnapshot();
  });

  test('no listener', () => {
    expect(refusalOf({ listeners: [] })).toMatchInlineSnapshot(`
     "[test/gateway] listeners is empty
           why: a gateway listens on at least one port
           fix: leave it out for the default"
    `);
  });

  test('a port that does not exist', () => {
    expect(refusalOf({ listeners: [{ name: 'a', port: 70_000 }] })).toMatchInlineSnapshot(`
     "[test/gateway] port of listener 'a' 70000
           why: ports are numbered from 1 to 65535
           fix: use a whole number from 1 to 65535"
    `);
  });
});

describe('warnings', () => {
  test('plain HTTP on the internet', () => {
    const chart = newChart();
    new InferenceGateway(chart, 'gateway', { gatewayClass: GatewayClass.REGIONAL_EXTERNAL }).addRoute(
      servedModel(chart),
    );

    expect(warningsOf(chart)).toEqual([
      { path: 'test/gateway', message: 'prompts and answers cross the internet in plain HTTP; set tls' },
    ]);
  });

  test('a gateway without a route', () => {
    const chart = newChart();
    new InferenceGateway(chart, 'gateway');

    expect(warningsOf(chart).map(({ message }) => message)).toEqual([
      'no route: call addRoute(model), or remove the gateway',
    ]);
  });
});
