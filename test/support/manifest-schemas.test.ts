import { compileCel } from './cel-programs';
import { isTransitionRule } from './cel-rules';
import {
  checkManifest,
  checkManifests,
  describeWithSchemas,
  loadCrdSchemas,
  loadNativeSchemas,
  mergeCatalogs,
  newestNativeVersion,
} from './manifest-schemas';
import { sample, sampleNames, type SampleName } from './sample-manifests';
import type { CelValidation, Schema } from './schema-types';
import { goRegExp } from './schema-values';

type Changes = Readonly<Record<string, unknown>>;

const container = 'spec/template/spec/containers/0';

const refused: readonly (readonly [string, SampleName, Changes, RegExp])[] = [
  // InferencePool
  ['unknown field in a v1 pool', 'pool', { 'spec/targetPortNumber': 8000 }, /^spec\.targetPortNumber: unknown field/],
  [
    'v1 reference without port',
    'pool',
    { 'spec/endpointPickerRef/port': undefined },
    /port is required when kind is 'Serv/,
  ],
  [
    'duplicate target ports',
    'pool',
    { 'spec/targetPorts/1/number': 8000 },
    /^spec\.targetPorts: port number must be un/,
  ],
  [
    'FailClosed',
    'pool',
    { 'spec/endpointPickerRef/failureMode': 'FailClosed' },
    /failureMode: must be equal.*FailClose"/,
  ],
  ['no target ports', 'pool', { 'spec/targetPorts': [] }, /^spec\.targetPorts: must NOT have fewer than 1 items/],
  ['nine target ports', 'pool', { 'spec/targetPorts': ports(9) }, /^spec\.targetPorts: .*more than 8 items/],
  [
    'a port past 65535',
    'pool',
    { 'spec/targetPorts/0/number': 70000 },
    /^spec\.targetPorts\[0\]\.number: must be <= 65535/,
  ],
  ['a bad selector value', 'pool', { 'spec/selector/matchLabels/app': 'a b' }, /matchLabels\.app: must match pattern/],
  [
    'v1alpha2 matchLabels',
    'alphaPool',
    { 'spec/selector': { matchLabels: { a: 'b' } } },
    /matchLabels: must be string/,
  ],
  ['v1alpha2 without extensionRef', 'alphaPool', { 'spec/extensionRef': undefined }, /'extensionRef' \(required\)/],
  [
    'weights on some targets',
    'model',
    { 'spec/targetModels/1/weight': undefined },
    /targetModels: Weights should be set/,
  ],
  // GKE policies
  [
    'timeout past the interval',
    'healthCheck',
    { 'spec/default/timeoutSec': 11 },
    /timeOutSec cannot exceed checkInterv/,
  ],
  [
    'a port without portSpecification',
    'healthCheck',
    { 'spec/default/config/httpHealthCheck/portSpecification': undefined },
    /port and portName must be unset for portSpecification being USE_SERVING_PORT/,
  ],
  [
    'no portSpecification at all, which the rules read without has()',
    'healthCheck',
    { 'spec/default/config/httpHealthCheck': { requestPath: '/health' } },
    /cannot be evaluated: field not found: portSpecification/,
  ],
  [
    'USE_FIXED_PORT without port',
    'healthCheck',
    { 'spec/default/config/httpHealthCheck/port': undefined },
    /for portSpecification being USE_FIXED_PORT, port must be set/,
  ],
  [
    'a check of another type',
    'healthCheck',
    { 'spec/default/config/type': 'GRPC' },
    /grpcHealthCheck must be specified/,
  ],
  ['three fields in config', 'healthCheck', { 'spec/default/config/tcpHealthCheck': {} }, /config: .*more than 2/],
  ['timeoutSec of 0', 'backendPolicy', { 'spec/default/timeoutSec': 0 }, /^spec\.default\.timeoutSec: must be >= 1/],
  ['a fraction', 'backendPolicy', { 'spec/default/timeoutSec': 1.5 }, /timeoutSec: must be integer/],
  ['sampleRate', 'backendPolicy', { 'spec/default/logging/sampleRate': 1000001 }, /sampleRate: must be <= 1000000/],
  ['no target', 'backendPolicy', { 'spec/targetRef': undefined }, /required property 'targetRef'/],
  // Gateway API
  [
    'duplicate listener names',
    'gateway',
    { 'spec/listeners/1/name': 'http' },
    /duplicate entry name="http" \(list type map/,
  ],
  [
    'duplicate listener ports',
    'gateway',
    { 'spec/listeners/1': listener(80) },
    /Combination of port, protocol and hostn/,
  ],
  [
    'TLS on HTTP',
    'gateway',
    { 'spec/listeners/0/tls': { certificateRefs: [{ name: 'c' }] } },
    /tls must not be specified/,
  ],
  ['a route with 17 rules', 'route', { 'spec/rules': Array(17).fill({}) }, /^spec\.rules: .*more than 16 items/],
  [
    'redirect and backends',
    'route',
    { 'spec/rules/0/filters': [redirect()] },
    /RequestRedirect filter must not be used/,
  ],
  ['a filter of another type', 'route', { 'spec/rules/0/filters': [{ type: 'URLRewrite', cors: {} }] }, /cors/],
  ['a path with //', 'route', { 'spec/rules/0/matches/0/path/value': '/a//b' }, /must not contain '\/\/'/],
  ['a relative path', 'route', { 'spec/rules/0/matches/0/path/value': 'v1' }, /must be an absolute path/],
  [
    'a backend timeout past the request timeout',
    'route',
    { 'spec/rules/0/timeouts/backendRequest': '301s' },
    /backendRequest timeout cannot be longer than request timeout/,
  ],
  [
    'two parents with and without section',
    'route',
    { 'spec/parentRefs': [{ name: 'a' }, { name: 'a', sectionName: 'http' }] },
    /sectionName must be specified when parentRefs includes 2 or more references/,
  ],
  [
    'one parent twice in a namespace',
    'route',
    { 'spec/parentRefs': [parent('a'), parent('a')] },
    /sectionName must be unique when parentRefs includes 2 or more references/,
  ],
  // other custom resources
  [
    'timeout past interval',
    'podMonitoring',
    { 'spec/endpoints/0/timeout': '1m' },
    /scrape timeout \(60s\) must not be gr/,
  ],
  ['no duration', 'podMonitoring', { 'spec/endpoints/0/interval': 'soon' }, /interval: must match format "duration"/],
  [
    'a protected label',
    'podMonitoring',
    { 'spec/endpoints/0/metricRelabeling': [{ targetLabel: 'job' }] },
    /label "job"/,
  ],
  [
    "a secret of another namespace (escaped as '__namespace__')",
    'podMonitoring',
    {
      'spec/endpoints/0/authorization': { credentials: { secret: { name: 'a', key: 'b', namespace: 'c' } } },
    },
    /Namespace not allowed.* \(CEL: self\.spec\.endpoints\.all/,
  ],
  ['full-duplex with failOpen', 'extensionPolicy', { 'spec/extProc/0/failOpen': true }, /FullDuplexStreamed/],
  [
    'family and type',
    'computeClass',
    { 'spec/priorities/0/machineType': 'g2-standard-4' },
    /machineFamily.*machineType/i,
  ],
  ['an inverted range', 'scaledObject', { 'spec/minReplicaCount': 5 }, /^spec: .*CEL: !has\(self\.minReplicaCount\)/],
  ['two load balancers', 'destinationRule', { 'spec/trafficPolicy/loadBalancer': loadBalancers() }, /\(oneOf\)/],
  [
    'a worker without containers',
    'leaderWorkerSet',
    { 'spec/leaderWorkerTemplate/workerTemplate/spec/containers': undefined },
    /'containers' \(required\)/,
  ],
  // Kubernetes' own kinds
  ['a workload with an unknown field', 'deployment', { 'spec/replica': 2 }, /^spec\.replica: unknown field/],
  ['a workload without selector', 'deployment', { 'spec/selector': undefined }, /'selector' \(required\)/],
  [
    'a port as string',
    'deployment',
    { [`${container}/ports/0/containerPort`]: '8000' },
    /containerPort: must be integer/,
  ],
  ['a probe field', 'deployment', { [`${container}/readinessProbe/path`]: '/' }, /readinessProbe\.path: unknown field/],
  ['a probe without handler', 'deployment', { [`${container}/readinessProbe`]: {} }, /exactly one handler is required/],
  [
    'a bad quantity',
    'deployment',
    { [`${container}/resources/limits/memory`]: '16 GB' },
    /must match format "quantity"/,
  ],
  [
    'a null quantity',
    'deployment',
    { [`${container}/resources/limits/memory`]: null },
    /memory: must be string,number/,
  ],
  ['a request past the limit', 'deployment', { [`${container}/resources/requests/memory`]: '17Gi' }, /request exceeds/],
  ['a GPU request alone', 'deployment', { [`${container}/resources`]: gpuRequest() }, /gpu"\]: a limit is required/],
  ['no volume for a mount', 'deployment', { 'spec/template/spec/volumes': [] }, /volumeMounts: no volume "shm"/],
  [
    'other template labels',
    'deployment',
    { 'spec/template/metadata/labels/app': 'x' },
    /does not match the template's lab/,
  ],
  ['a replica count past int32', 'deployment', { 'spec/replicas': 2 ** 31 }, /replicas: must match format "int32"/],
  [
    'a metric of the v2beta1 shape',
    'autoscaler',
    { 'spec/metrics/0/pods/metricName': 'm' },
    /pods\.metricName: unknown/,
  ],
  [
    'a metric without its source',
    'autoscaler',
    { 'spec/metrics/0/type': 'Object' },
    /object: required for type Object/,
  ],
  ['a metric without target', 'autoscaler', { 'spec/metrics/0/pods/target': undefined }, /'target' \(required\)/],
  ['an inverted replica range', 'autoscaler', { 'spec/minReplicas': 9 }, /maxReplicas: must be at least minReplicas/],
  ['unnamed ports', 'service', { 'spec/ports/0/name': undefined }, /every port needs a name/],
  ['an uppercase service', 'service', { 'metadata/name': 'EPP' }, /metadata\.name: must be a DNS-1035 label/],
  ['a number in a ConfigMap', 'configMap', { 'data/replicas': 3 }, /^data\.replicas: must be string/],
  ['an unknown field in a Role', 'role', { 'rules/0/resource': 'pods' }, /^rules\[0\]\.resource: unknown field/],
  ['a role without verbs', 'role', { 'rules/0/verbs': [] }, /at least one verb/],
  [
    'an account without namespace',
    'roleBinding',
    { 'subjects/0/namespace': undefined },
    /required for a ServiceAccount/,
  ],
  ['both bounds of a budget', 'disruptionBudget', { 'spec/maxUnavailable': 1 }, /exclude each other/],
  // metadata
  ['a long label value', 'pool', { 'metadata/labels/app': 'a'.repeat(64) }, /at most 63 characters, got 64/],
  ['a bad label value', 'deployment', { 'metadata/labels/app': 'a/b' }, /metadata\.labels\.app: not a label value/],
  ['a bad label key', 'pool', { 'metadata/labels': { '-a': 'b' } }, /not a qualified name: "-a"/],
  [
    'a template label',
    'deployment',
    { 'spec/template/metadata/labels/v': 'a'.repeat(64) },
    /template\.metadata\.labels\.v/,
  ],
  [
    'a number as annotation',
    'pool',
    { 'metadata/annotations': { a: 1 } },
    /metadata\.annotations\.a: must be (a )?string/,
  ],
  [
    'a boolean as annotation',
    'deployment',
    { 'metadata/annotations': { a: true } },
    /annotations\.a: must be (a )?string/,
  ],
  ['a bad name', 'pool', { 'metadata/name': 'My_Pool' }, /metadata\.name: must be a DNS-1123 subdomain/],
  ['a long name', 'deployment', { 'metadata/name': 'a'.repeat(254) }, /metadata\.name: .*253/],
  [
    'a long namespace',
    'pool',
    { 'metadata/namespace': 'a'.repeat(64) },
    /metadata\.namespace: must be a DNS-1123 label/,
  ],
  ['no name', 'pool', { 'metadata/name': undefined }, /name or generateName is required/],
  ['a metadata field', 'pool', { 'metadata/clusterName': 'c' }, /metadata\.clusterName: unknown field/],
  [
    'an unserved version',
    'pool',
    { apiVersion: 'inference.networking.k8s.io/v2' },
    /no schema for .*v2\/InferencePool/,
  ],
];

function ports(count: number): unknown {
  return Array.from({ length: count }, (_, index) => ({ number: 8000 + index }));
}

function listener(port: number): unknown {
  return { name: 'other', protocol: 'HTTP', port };
}

function redirect(): unknown {
  return { type: 'RequestRedirect', requestRedirect: { statusCode: 302 } };
}

function parent(name: string): unknown {
  return { name, namespace: 'edge', sectionName: 'http' };
}

function loadBalancers(): unknown {
  return { simple: 'ROUND_ROBIN', consistentHash: { useSourceIp: true } };
}

function gpuRequest(): unknown {
  return { requests: { 'nvidia.com/gpu': '1' } };
}

function* schemasBelow(schema: Schema): Generator<Schema> {
  yield schema;
  const { properties, items, additionalProperties, allOf, anyOf, oneOf, not } = schema;
  const values = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  const below = [
    Object.values(properties ?? {}),
    items ?? [],
    values,
    allOf ?? [],
    anyOf ?? [],
    oneOf ?? [],
    not ?? [],
  ];
  for (const child of below.flat()) yield* schemasBelow(child);
}

describeWithSchemas('checkManifest', (schemas) => {
  const crds = loadCrdSchemas(schemas.crds);
  const catalog = mergeCatalogs(loadNativeSchemas(schemas.native(schemas.newestNative)), crds);
  const oldCatalog = mergeCatalogs(loadNativeSchemas(schemas.native('1.28')), crds);

  test.each(sampleNames)('accepts the %s sample, under 1.28 and the newest', (name) => {
    expect(checkManifests([sample(name)], catalog)).toEqual([]);
    expect(checkManifests([sample(name)], oldCatalog)).toEqual([]);
  });

  test.each(refused)('refuses %s', (_title, name, changes, problem) => {
    expect(checkManifest(sample(name, changes), catalog)).toContainEqual(expect.stringMatching(problem));
  });

  test('knows which version of Kubernetes has a field', () => {
    const sleeping = sample('deployment', { [`${container}/lifecycle/preStop`]: { sleep: { seconds: 30 } } });
    const path = 'spec.template.spec.containers[0].lifecycle.preStop';
    expect(checkManifest(sleeping, oldCatalog)).toContain(`${path}.sleep: unknown field`);
    expect(checkManifest(sleeping, catalog)).toEqual([]);
    expect(newestNativeVersion()).not.toBe('1.28');
  });

  test('requires the grace period to cover the sleep', () => {
    const long = sample('deployment', { [`${container}/lifecycle/preStop`]: { sleep: { seconds: 131 } } });
    expect(checkManifest(long, catalog)).toEqual([expect.stringMatching(/sleep\.seconds: must be within/)]);
  });

  test('applies defaults before CEL and leaves the document as it was', () => {
    const document = sample('route', { 'spec/rules': [{ filters: [redirect()] }] });
    const before = structuredClone(document);
    expect(checkManifest(document, catalog)).toEqual([]);
    expect(document).toEqual(before);
  });

  test('skips transition rules on create', () => {
    expect(isTransitionRule({ rule: 'self == oldSelf' })).toBe(true);
    expect(isTransitionRule({ rule: 'self == oldSelf', optionalOldSelf: true })).toBe(false);
  });

  test('refuses what is no document', () => {
    expect(checkManifest(undefined, catalog)).toEqual(['(document): must be an object']);
    expect(checkManifest({ kind: 'Service' }, catalog)).toEqual(['(document): apiVersion and kind are required']);
    expect(checkManifests([{ apiVersion: 'a/v1', kind: 'B' }], catalog)).toEqual([
      'B/?: (document): no schema for a/v1/B',
    ]);
  });

  const crdSchemas = [...crds.kinds.values()].flatMap(({ schema }) => [...schemasBelow(schema)]);

  test('every CEL rule of the folder parses', () => {
    const rules: CelValidation[] = crdSchemas.flatMap((schema) => schema['x-kubernetes-validations'] ?? []);
    const expressions = new Set(rules.flatMap(({ rule, messageExpression }) => [rule, messageExpression ?? 'true']));
    for (const expression of expressions) expect(() => compileCel(expression)).not.toThrow();
    expect(expressions.size).toBeGreaterThan(200);
  });

  test('every pattern of the folder is a regular expression here as well', () => {
    const patterns = crdSchemas.flatMap((schema) => ('pattern' in schema ? [String(schema.pattern)] : []));
    for (const pattern of patterns) expect(() => goRegExp(pattern)).not.toThrow();
    expect(patterns.length).toBeGreaterThan(100);
  });

  test('every kind compiles', () => {
    for (const kind of catalog.kinds.values()) expect(kind.validator()).toBeInstanceOf(Function);
  });
});
