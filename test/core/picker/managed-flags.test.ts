import { PickerFlavor } from '../../../lib/core/picker/flavors';
import { FIXED_PICKER_FLAGS, PICKER_FLAGS, PICKER_VARIABLES } from '../../../lib/core/picker/managed-flags';

/** Flags whose values no other object depends on. */
const FREE = ['--zap-encoder', '--tracing', '--v', '--allow-experimental-plugins'];

test.each(PickerFlavor.all.map((flavor) => [flavor.name, flavor] as const))(
  'extraArgs may repeat no flag of %s that other objects depend on',
  (_name, flavor) => {
    const args = flavor.args({
      poolName: 'gemma',
      poolNamespace: 'chat',
      poolGroup: 'inference.networking.k8s.io',
      objectiveGroup: 'llm-d.ai',
      configFile: '/config/picker.yaml',
      leaderElection: true,
      drainSeconds: 30,
      experimentalPlugins: true,
      metricsAuth: true,
    });
    const kept = [...Object.keys(PICKER_FLAGS), ...Object.keys(FIXED_PICKER_FLAGS), ...FREE];

    expect(args.map((arg) => arg.split('=', 1)[0]!).filter((flag) => !kept.includes(flag))).toEqual([]);
  },
);

test('no flag is both fixed and set by a prop', () => {
  expect(Object.keys(PICKER_FLAGS).filter((flag) => flag in FIXED_PICKER_FLAGS)).toEqual([]);
});

test('the ports and TLS are fixed', () => {
  expect(Object.keys(FIXED_PICKER_FLAGS)).toEqual([
    '--grpc-port',
    '--grpc-health-port',
    '--metrics-port',
    '--secure-serving',
  ]);
});

test('the container has its namespace and name as variables', () => {
  expect(PICKER_VARIABLES).toEqual(['NAMESPACE', 'POD_NAME']);
});

test('tables cannot be changed', () => {
  expect([PICKER_FLAGS, FIXED_PICKER_FLAGS, PICKER_VARIABLES].every((table) => Object.isFrozen(table))).toBe(true);
});
