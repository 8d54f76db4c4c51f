import { App, Chart, Duration } from 'cdk8s';
import {
  existingPool,
  GatewayClass,
  InferenceGateway,
  InferenceRoute,
  istioPlatform,
  warningsOf,
} from 'gke-inference-gateway';
import { named, newChart, only, refusal, synth } from '../support/manifests';
import { pool, servedModel } from '../support/stacks';

function gatewayIn(chart: Chart, props: ConstructorParameters<typeof InferenceGateway>[2] = {}): InferenceGateway {
  return new InferenceGateway(chart, 'gateway', props);
}

test('a route refers to its gateway and to the pool of the model', () => {
  const chart = newChart();
  gatewayIn(chart).addRoute(servedModel(chart));
  const manifests = synth(chart);

  expect(only(manifests, 'HTTPRoute').spec).toEqual({
    parentRefs: [
      { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: only(manifests, 'Gateway').metadata.name },
    ],
    rules: [
      {
        backendRefs: [
          {
            group: 'inference.networking.k8s.io',
            kind: 'InferencePool',
            name: only(manifests, 'InferencePool').metadata.name,
          },
        ],
      },
    ],
  });
});

test('the group of the reference follows the API of the pool', () => {
  const chart = newChart();
  gatewayIn(chart).addRoute(pool(chart, { apiProfile: 'v1alpha2' }));
  const route = only(synth(chart), 'HTTPRoute');

  expect(route.spec.rules[0].backendRefs[0].group).toBe('inference.networking.x-k8s.io');
});

test('hostnames, paths, headers and query parameters narrow a route', () => {
  const chart = newChart();
  gatewayIn(chart).addRoute(servedModel(chart), {
    hostnames: ['llm.example.com'],
    matches: [
      { pathPrefix: '/v1/chat', headers: { 'x-tier': 'gold' } },
      { path: '/v1/models', queryParams: { a: 'b' } },
    ],
  });
  const { spec } = only(synth(chart), 'HTTPRoute');

  expect(spec.hostnames).toEqual(['llm.example.com']);
  expect(spec.rules[0].matches).toEqual([
    {
      path: { type: 'PathPrefix', value: '/v1/chat' },
      headers: [{ type: 'Exact', name: 'x-tier', value: 'gold' }],
    },
    {
      path: { type: 'Exact', value: '/v1/models' },
      queryParams: [{ type: 'Exact', name: 'a', value: 'b' }],
    },
  ]);
});

test('a split gives each pool its weight', () => {
  const chart = newChart();
  gatewayIn(chart).addRoute([
    { target: servedModel(chart, { models: [] }, 'blue'), weight: 0 },
    { target: servedModel(chart, { models: [] }, 'green'), weight: 100 },
  ]);
  const { backendRefs } = only(synth(chart), 'HTTPRoute').spec.rules[0];

  expect(backendRefs.map(({ name, weight }: { name: string; weight: number }) => [name, weight])).toEqual([
    ['test-blue-pool', 0],
    ['test-green-pool', 100],
  ]);
});

test('a second route to the same model gets a number', () => {
  const chart = newChart();
  const gateway = gatewayIn(chart);
  const model = servedModel(chart);
  gateway.addRoute(model, { hostnames: ['a.example.com'] });
  gateway.addRoute(model, { hostnames: ['b.example.com'] });

  expect(gateway.routes.map(({ node }) => node.id)).toEqual(['route-model', 'route-model-2']);
});

describe('timeouts', () => {
  test('GKE does not honour those of a route, so the pool gets it', () => {
    const chart = newChart();
    gatewayIn(chart).addRoute(servedModel(chart), { timeout: Duration.minutes(10) });
    const manifests = synth(chart);

    expect(only(manifests, 'GCPBackendPolicy').spec.default.timeoutSec).toBe(600);
    expect(only(manifests, 'HTTPRoute').spec.rules[0]).not.toHaveProperty('timeouts');
  });

  test('where they are honoured the route has it', () => {
    const chart = newChart();
    const model = servedModel(chart, { platform: istioPlatform });
    gatewayIn(chart, { gatewayClass: GatewayClass.ISTIO }).addRoute(model, { timeout: Duration.minutes(10) });

    expect(only(synth(chart), 'HTTPRoute').spec.rules[0].timeouts).toEqual({ request: '600s' });
  });
});

describe('namespaces', () => {
  function twoNamespaces(): { edge: Chart; models: Chart } {
    const app = new App();
    const [edge, models] = ['edge', 'models'].map(
      (id) => new Chart(app, id, { namespace: id, disableResourceNameHashes: true }),
    );
    return { edge: edge!, models: models! };
  }

  test('a pool elsewhere permits the reference, in its own namespace', () => {
    const { edge, models } = twoNamespaces();
    gatewayIn(edge).addRoute(servedModel(models));
    const manifests = synth(edge);
    const grant = only(manifests, 'ReferenceGrant');

    expect(only(manifests, 'HTTPRoute').spec.rules[0].backendRefs[0].namespace).toBe('models');
    expect(grant.metadata.namespace).toBe('models');
    expect(grant.spec).toEqual({
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'edge' }],
      to: [{ group: 'inference.networking.k8s.io', kind: 'InferencePool', name: 'models-model-pool' }],
    });
  });

  test('a pool beside the route needs no permission', () => {
    const chart = newChart();
    gatewayIn(chart).addRoute(servedModel(chart));

    expect(synth(chart).map(({ kind }) => kind)).not.toContain('ReferenceGrant');
  });

  test('a route may live with its model, where the gateway allows it', () => {
    const { edge, models } = twoNamespaces();
    const gateway = gatewayIn(edge, { allowedNamespaces: 'All' });
    new InferenceRoute(models, 'route', { gateway, targets: [{ target: servedModel(models) }] });
    const route = named(synth(edge), 'HTTPRoute', 'models-route');

    expect(route.metadata.namespace).toBe('models');
    expect(route.spec.parentRefs[0].namespace).toBe('edge');
  });

  test('and is refused where it does not', () => {
    const { edge, models } = twoNamespaces();
    const gateway = gatewayIn(edge);
    new InferenceRoute(models, 'route', { gateway, targets: [{ target: servedModel(models) }] });

    expect(refusal(edge)).toMatchInlineSnapshot(`
     "[models/route] the route is in namespace 'models', gateway 'edge-gateway' in 'edge'
           why: its listeners take routes of their own namespace only
           fix: make the route with gateway.addRoute(), or set allowedNamespaces on the gateway"
    `);
  });
});

describe('refusals', () => {
  test('two routes for the same requests', () => {
    const chart = newChart();
    const gateway = gatewayIn(chart);
    gateway.addRoute(servedModel(chart, { models: [] }, 'a'));
    gateway.addRoute(servedModel(chart, { models: [] }, 'b'));

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/gateway/route-b] the route takes the same requests as test/gateway/route-a
           why: one of them would get all of the traffic of gateway 'test-gateway' and the other none
           fix: give them different hostnames or matches, or split one route over both targets"
    `);
  });

  test('weights on some targets only', () => {
    const chart = newChart();
    gatewayIn(chart).addRoute([
      { target: servedModel(chart, { models: [] }, 'a'), weight: 90 },
      { target: servedModel(chart, { models: [] }, 'b') },
    ]);

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/gateway/route] target 'test-b-pool' without a weight beside others with one
           why: a target without a weight gets no traffic once another has a weight
           fix: give every one of them a weight, or none"
    `);
  });

  test('only weights of zero', () => {
    const chart = newChart();
    gatewayIn(chart).addRoute([{ target: servedModel(chart), weight: 0 }]);

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/gateway/route] every target has weight 0
           why: every request would be answered with a 503
           fix: give at least one of them a weight above 0"
    `);
  });

  test.each<[string, Parameters<InferenceGateway['addRoute']>[1]]>([
    ['a host that the gateway does not answer for', { hostnames: ['b.example.org'] }],
    ['hosts that are none', { hostnames: ['https://a.example.com', '10.0.0.1', 'A.example.com'] }],
    ['empty lists', { hostnames: [], matches: [] }],
    ['a header with a blank', { matches: [{ headers: { 'x tier': 'gold' } }] }],
  ])('%s', (_case, options) => {
    const chart = newChart();
    gatewayIn(chart, { hostname: '*.example.com' }).addRoute(servedModel(chart), options);

    expect(refusal(chart)).toMatchSnapshot();
  });

  test('paths that differ by a slash at the end', () => {
    const chart = newChart();
    const gateway = gatewayIn(chart);
    gateway.addRoute(servedModel(chart, { models: [] }, 'a'), { matches: [{ pathPrefix: '/v1' }] });
    gateway.addRoute(servedModel(chart, { models: [] }, 'b'), { matches: [{ pathPrefix: '/v1/' }] });

    expect(refusal(chart)).toContain('the route takes the same requests as test/gateway/route-a');
  });

  test('a class of Google that a program describes otherwise', () => {
    const chart = newChart();
    const gatewayClass = GatewayClass.custom({ ...GatewayClass.GLOBAL_EXTERNAL, servesInferencePools: true });
    gatewayIn(chart, { gatewayClass }).addRoute(servedModel(chart));

    expect(refusal(chart)).toContain('that class refuses routes to an InferencePool');
  });

  test('a model in a chart without a namespace', () => {
    const app = new App();
    const edge = new Chart(app, 'edge', { namespace: 'edge', disableResourceNameHashes: true });
    const models = new Chart(app, 'models', { disableResourceNameHashes: true });
    gatewayIn(edge).addRoute(servedModel(models, { picker: { metricsAuth: false } }));

    expect(refusal(edge)).toMatchSnapshot();
  });

  test('no target', () => {
    const chart = newChart();
    gatewayIn(chart).addRoute([]);

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/gateway/route] targets is empty
           why: every request would be answered with a 500
           fix: name a model or a pool"
    `);
  });

  test('the same pool twice', () => {
    const chart = newChart();
    const target = servedModel(chart);
    gatewayIn(chart).addRoute([{ target }, { target }]);

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/gateway/route] targets has the same pool twice
           why: its weights would add up without anybody seeing it
           fix: keep one entry, with the sum of the weights"
    `);
  });

  test('a path without a slash, and both kinds of path', () => {
    const chart = newChart();
    gatewayIn(chart).addRoute(servedModel(chart), { matches: [{ path: 'v1' }, { path: '/a', pathPrefix: '/b' }] });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/gateway/route-model] path 'v1' of a match
           why: paths start with a slash
           fix: use '/v1'
       [test/gateway/route-model] a match has both path '/a' and pathPrefix '/b'
           why: an HTTPRoute matches one or the other
           fix: keep one of them, or make two matches"
    `);
  });

  test('a pool without the policies that GKE needs', () => {
    const chart = newChart();
    gatewayIn(chart).addRoute(servedModel(chart, { platform: istioPlatform }));

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/gateway/route-model] pool 'test-model-pool' has no HealthCheckPolicy
           why: GKE then asks every pod for /, gets a 404 and finds none healthy
           fix: make one: new HealthCheckPolicy(this, id, { pool })
       [test/gateway/route-model] pool 'test-model-pool' has no GCPBackendPolicy
           why: GKE then ends every answer after 30 seconds with a 504
           fix: make one: new GCPBackendPolicy(this, id, { pool })"
    `);
  });

  test('timeouts that contradict each other', () => {
    const chart = newChart();
    const gateway = gatewayIn(chart);
    const model = servedModel(chart);
    gateway.addRoute(model, { hostnames: ['a.example.com'], timeout: Duration.minutes(1) });
    gateway.addRoute(model, { id: 'second', hostnames: ['b.example.com'], timeout: Duration.minutes(2) });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/model/backend-policy] route test/gateway/route-model asks for a timeout of 60 s, and pool 'test-model-pool' has 120 s
           why: GKE keeps one timeout for each pool and does not honour those of routes
           fix: set one timeout, on the routes or on the policy"
    `);
  });

  test('a timeout for a pool that the program does not make', () => {
    const chart = newChart();
    gatewayIn(chart).addRoute(existingPool({ name: 'shared' }), { timeout: Duration.minutes(1) });

    expect(refusal(chart)).toMatchInlineSnapshot(`
     "[test/gateway/route] timeout for pool 'shared', which this program does not make
           why: GKE takes timeouts from the backend policy of a pool, not from routes
           fix: set it where the pool is made"
    `);
  });
});

test('paths that no model server answers are warned of', () => {
  const chart = newChart();
  gatewayIn(chart).addRoute(servedModel(chart), { matches: [{ pathPrefix: '/gemma' }] });

  expect(warningsOf(chart).map(({ message }) => message)).toEqual([
    'model servers answer below /v1 and see the path as it is; /gemma will end in a 404',
  ]);
});
