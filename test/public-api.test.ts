import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as library from 'gke-inference-gateway';
import * as picker from 'gke-inference-gateway/picker';

const ROOT = join(__dirname, '..');

test('the entry . exports these names', () => {
  expect(Object.keys(library).sort()).toEqual([
    'Accelerator',
    'Components',
    'DEFAULT_VLLM_VERSION',
    'DESTINATION_ENDPOINT_HEADER',
    'DROPPED_REASON_HEADER',
    'EndpointPicker',
    'EndpointPickerMonitoring',
    'GATEWAY_HEADERS',
    'GCPBackendPolicy',
    'GatewayClass',
    'GatewayTls',
    'HealthCheckPolicy',
    'InferenceAutoscaler',
    'InferenceGateway',
    'InferenceModel',
    'InferenceModelRewrite',
    'InferenceObjective',
    'InferencePool',
    'InferenceRoute',
    'KNOWN_MODELS',
    'LLM_D_HEADERS',
    'Labels',
    'ModelCache',
    'ModelServer',
    'ModelServerMonitoring',
    'NodeLabels',
    'PickerFlavor',
    'PickerPorts',
    'ServedModel',
    'StackNetworkPolicy',
    'ValidationError',
    'defaultPickerConfig',
    'existingPods',
    'existingPool',
    'gkePlatform',
    'istioPlatform',
    'modelFacts',
    'override',
    'plugin',
    'setApiProfile',
    'setCluster',
    'upstreamDefaultConfig',
    'vllm',
    'warningsOf',
  ]);
});

test('the entry ./picker exports these names', () => {
  expect(Object.keys(picker).sort()).toEqual([
    'DEFAULT_PROFILE',
    'PICKER_CONFIG_KIND',
    'PickerFlavor',
    'checkPickerConfig',
    'defaultPickerConfig',
    'defineFilter',
    'defineScorer',
    'filterWith',
    'plugin',
    'scoreWith',
    'upstreamDefaultConfig',
  ]);
});

test('no name is exported without a value', () => {
  const empty = Object.entries({ ...library, ...picker }).filter(([, value]: [string, unknown]) => value === undefined);

  expect(empty.map(([name]) => name)).toEqual([]);
});

/** Loads TypeScript files as they are required and prints the paths of all modules that an entry brings in. */
const LOADER = `
  const { readFileSync } = require('node:fs');
  const { transformSync } = require('@swc/core');
  const options = { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } };
  require.extensions['.ts'] = (module, file) =>
    module._compile(transformSync(readFileSync(file, 'utf8'), { ...options, filename: file }).code, file);
  const before = new Set(Object.keys(require.cache));
  require(process.argv[1]);
  console.log(JSON.stringify(Object.keys(require.cache).filter((file) => !before.has(file))));
`;

/** Modules that requiring a file loads in a process of its own. */
function modulesOf(entry: string): readonly string[] {
  const child = spawnSync(process.execPath, ['-e', LOADER, join(ROOT, entry)], { cwd: ROOT, encoding: 'utf8' });
  if (child.status !== 0) throw new Error(child.stderr);
  return (JSON.parse(child.stdout) as string[]).map((file) => file.replaceAll('\\', '/'));
}

describe('requiring the entry .', () => {
  const modules = modulesOf('lib/index.ts');

  test('loads the library and cdk8s', () => {
    expect(modules).toContain(join(ROOT, 'lib/index.ts').replaceAll('\\', '/'));
    expect(modules.filter((file) => file.includes('/node_modules/cdk8s/')).length).toBeGreaterThan(0);
  });

  test.each(['@pulumi', '@grpc', '/lib/gcp/', '/lib/deploy/', '/lib/cli/', '/node_modules/typescript/'])(
    'does not load %s',
    (name) => {
      expect(modules.filter((file) => file.includes(name))).toEqual([]);
    },
  );

  test.each(['gateway.envoyproxy.io', 'keda.sh'])(
    'does not load the generated classes of %s, which it does not need',
    (group) => {
      expect(modules.filter((file) => file.includes(`/imports/${group}`))).toEqual([]);
    },
  );
});

test('requiring the entry ./picker loads neither cdk8s nor Pulumi nor generated classes', () => {
  const modules = modulesOf('lib/picker/index.ts');

  const inside = modules.filter((file) => /\/node_modules\/(cdk8s|constructs|@pulumi|@grpc)|\/imports\//.test(file));
  expect(inside).toEqual([]);
});
