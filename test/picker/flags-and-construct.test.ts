import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type ApiProfileLike, type EndpointPickerOptions } from 'gke-inference-gateway';
import { PickerPorts } from '../../lib/core/ports';
import { formatProblem } from '../../lib/core/problem';
import { REVIEW_RIGHTS } from '../../lib/picker/io/admin-server-review';
import { KubePaths } from '../../lib/picker/io/kube-paths';
import { type Command, parseCommand } from '../../lib/picker/main-command';
import type { PickerOptions } from '../../lib/picker/options';
import { createPickerServer } from '../../lib/picker/server';
import type { PickerServer } from '../../lib/picker/server-lifecycle';
import { kubernetesSource } from '../../lib/picker/server-source-kubernetes';
import { type Manifest, named, newChart, only, synth } from '../support/manifests';
import { ApiServer, type ApiRequest } from '../support/picker/api-server';
import { healthOf, until } from '../support/picker/served-picker';
import { pool } from '../support/stacks';

const NAMESPACE = 'inference';

interface Case {
  readonly name: string;
  readonly apiProfile: ApiProfileLike;
  readonly picker: EndpointPickerOptions;
  readonly api: 'v1' | 'v1alpha2';
}

const ELECTION = { replicas: 2, highAvailability: 'leader-election' } as const;

const CASES: readonly Case[] = [
  { name: 'v1', apiProfile: 'v1', api: 'v1', picker: {} },
  { name: 'v1 with objectives of llm-d', apiProfile: { objectives: 'llm-d.ai' }, api: 'v1', picker: {} },
  { name: 'v1alpha2', apiProfile: 'v1alpha2', api: 'v1alpha2', picker: {} },
  { name: 'an election', apiProfile: 'v1', api: 'v1', picker: ELECTION },
  { name: 'v1alpha2 with an election', apiProfile: 'v1alpha2', api: 'v1alpha2', picker: ELECTION },
  { name: 'open metrics', apiProfile: 'v1', api: 'v1', picker: { metricsAuth: false } },
];

function manifestsOf({ apiProfile, picker }: Case): readonly Manifest[] {
  const chart = newChart(NAMESPACE);
  pool(chart, { apiProfile }, picker);
  return synth(chart);
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a rendered container has no type
function containerOf(manifests: readonly Manifest[]): any {
  return named(manifests, 'Deployment', 'test-picker').spec.template.spec.containers[0];
}

/** What the container would be started with: Kubernetes expands its variables. */
function commandOf(manifests: readonly Manifest[]): Command {
  const container = containerOf(manifests);
  const fields: Readonly<Record<string, string>> = {
    'metadata.namespace': NAMESPACE,
    'metadata.name': 'test-picker-7c9f8d6b5-x2x4z',
  };
  const env = Object.fromEntries(
    container.env.map(({ name, valueFrom }: { name: string; valueFrom: { fieldRef: { fieldPath: string } } }) => [
      name,
      fields[valueFrom.fieldRef.fieldPath],
    ]),
  );
  const args = (container.args as readonly string[]).map((arg) =>
    arg.replace(/\$\((\w+)\)/g, (_all, name: string) => env[name] ?? ''),
  );
  return parseCommand(args, env);
}

function optionsOf(manifests: readonly Manifest[]): PickerOptions {
  const command = commandOf(manifests);
  if (command.kind === 'invalid') throw new Error(command.problems.map(formatProblem).join('\n'));
  if (command.kind !== 'serve') throw new Error(command.kind);
  return command.options;
}

describe.each(CASES)('the construct with $name', (given) => {
  const manifests = manifestsOf(given);
  const container = containerOf(manifests);
  const options = optionsOf(manifests);

  test('writes flags that the picker takes, all of them with effect', () => {
    expect(commandOf(manifests)).toMatchObject({ kind: 'serve', warnings: [] });
  });

  test('names its own pool, group and Lease holder', () => {
    expect(options.source).toMatchObject({ kind: 'pool', name: 'test-pool', namespace: NAMESPACE, api: given.api });
    expect(options.leaderElection).toBe(given.picker.highAvailability === 'leader-election');
    expect(options.podName).toBe('test-picker-7c9f8d6b5-x2x4z');
    expect(options.admin.metricsAuth).toBe(given.picker.metricsAuth ?? true);
  });

  test('opens the ports that the picker listens on', () => {
    const listens = [options.grpc.port, options.healthPort, options.admin.port];

    expect(container.ports.map(({ containerPort }: { containerPort: number }) => containerPort)).toEqual(listens);
    expect(listens).toEqual(Object.values(PickerPorts));
    expect([container.readinessProbe, container.livenessProbe].map(({ grpc }) => grpc.port)).toEqual([
      options.healthPort,
      options.healthPort,
    ]);
  });

  test('drains for less time than Kubernetes gives', () => {
    const { terminationGracePeriodSeconds } = named(manifests, 'Deployment', 'test-picker').spec.template.spec;

    expect(options.drainMs).toBe(30_000);
    expect(options.drainMs / 1000).toBeLessThan(terminationGracePeriodSeconds);
  });

  describe('started as it says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'construct-'));
    let api: ApiServer;
    let server: PickerServer;

    beforeAll(async () => {
      api = await ApiServer.start();
      const objectiveGroup = 'objectiveGroup' in options.source ? options.source.objectiveGroup : undefined;
      api.put(KubePaths.pools(given.api, NAMESPACE), only(manifests, 'InferencePool'));
      const paths = [
        KubePaths.pods(NAMESPACE),
        KubePaths.models(NAMESPACE),
        KubePaths.leases(NAMESPACE),
        KubePaths.objectives(objectiveGroup!, NAMESPACE),
        KubePaths.rewrites(objectiveGroup!, NAMESPACE),
      ];
      for (const path of paths) api.install(path);
      server = await createPickerServer(locally(options, manifests, folder), {
        host: '127.0.0.1',
        source: (targets) => kubernetesSource(options.source as never, targets, api.access),
      });
      const ports = await server.start();
      await until(() => server.ready);
      const probes = [container.readinessProbe, container.livenessProbe];
      statuses = await Promise.all(probes.map(({ grpc }) => healthOf(ports.health, grpc.service as string)));
      const headers = { authorization: 'Bearer t' };
      metricsStatus = (await fetch(`http://127.0.0.1:${ports.admin}/metrics`, { headers })).status;
    });

    let statuses: readonly (number | undefined)[] = [];
    let metricsStatus = 0;

    afterAll(async () => {
      const stopped = server.stop(0);
      server.kill();
      await stopped;
      await api.close();
      rmSync(folder, { recursive: true });
    });

    test('its probes ask for services that are healthy', () => {
      expect(statuses).toEqual([1, 1]);
    });

    test('its metrics are as open as it says', () => {
      // This API server cannot review tokens; that it was asked is all there is to see.
      expect(metricsStatus).toBe(options.admin.metricsAuth ? 503 : 200);
      expect(asked(api.requests).has('authentication.k8s.io/tokenreviews')).toBe(options.admin.metricsAuth);
    });

    test('the picker asks Kubernetes for what its role allows, and for nothing else', async () => {
      const granted = rightsOf(only(manifests, 'Role')['rules']);
      await api.until(() => [...granted.keys()].every((resource) => asked(api.requests).has(resource)));
      const used = asked(api.requests);
      const reviews = manifests.filter(({ kind }) => kind === 'ClusterRoleBinding');
      const delegated = reviews.map((binding) => binding['roleRef'].name as string);

      expect(delegated).toEqual(options.admin.metricsAuth ? ['system:auth-delegator'] : []);
      for (const { apiGroup, resource } of delegated.length > 0 ? REVIEW_RIGHTS : []) {
        used.delete(`${apiGroup}/${resource}`);
      }
      expect([...used.keys()].sort()).toEqual([...granted.keys()].sort());
      for (const [resource, verbs] of used)
        expect([...granted.get(resource)!]).toEqual(expect.arrayContaining([...verbs]));
    });

    test('its role allows no verb that the picker has no use for', () => {
      const granted = rightsOf(only(manifests, 'Role')['rules']);
      const writes = [...granted].map(([resource, verbs]) => [
        resource,
        [...verbs].filter((verb) => !['get', 'list', 'watch'].includes(verb)),
      ]);

      const lease = 'coordination.k8s.io/leases';
      expect(writes.filter(([, verbs]) => verbs!.length > 0)).toEqual(
        options.leaderElection ? [[lease, ['create', 'update']]] : [],
      );
    });
  });
});

/** The same options, with the configuration where a test can write it, and on free ports. */
function locally(options: PickerOptions, manifests: readonly Manifest[], folder: string): PickerOptions {
  const { config, grpc, admin } = options;
  if (config?.kind !== 'file') throw new Error('the construct names no configuration file');
  const text = only(manifests, 'ConfigMap')['data'][basename(config.path)] as string;
  const path = join(folder, basename(config.path));
  writeFileSync(path, text);
  return {
    ...options,
    config: { kind: 'file', path },
    grpc: { ...grpc, port: 0 },
    healthPort: 0,
    admin: { ...admin, port: 0 },
  };
}

interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Verbs of a role by `group/resource`. */
function rightsOf(rules: readonly PolicyRule[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.map((resource) => [`${group}/${resource}`, new Set(verbs)] as const)),
    ),
  );
}

/** Verbs of requests by `group/resource`, as Kubernetes derives them from method and path. */
function asked(requests: readonly ApiRequest[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { method, path, watch } of requests) {
    const [, group = '', resource = '', name] =
      /^\/(?:api|apis\/([^/]+))\/[^/]+\/(?:namespaces\/[^/]+\/)?([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    const key = `${group}/${resource}`;
    found.set(key, (found.get(key) ?? new Set()).add(verbOf(method, name !== undefined, watch)));
  }
  return found;
}

function verbOf(method: string, named: boolean, watch: boolean): string {
  if (method === 'POST') return 'create';
  if (method === 'PUT') return 'update';
  if (named) return 'get';
  return watch ? 'watch' : 'list';
}
