import { GATEWAY_HEADERS } from '../../headers';
import { deepFreeze } from '../../freeze';
import { CONFIG_FIELDS, defaultPickerConfig } from '../config';
import { FLAGS, REFUSED_FLAGS } from '../flags';
import type { PickerFlavor } from '../flavor';
import { BUNDLED_PLUGINS } from '../plugins/bundled';
import { commonArgs } from './upstream';

/** As extra arguments would be written, each with the reason. */
const REFUSED_FLAG_REASONS = Object.fromEntries(
  Object.entries(REFUSED_FLAGS).map(([name, { why, fix }]) => [`--${name}`, `${why}; ${fix}`]),
);

/** The endpoint picker of this package, built and pushed by each team. */
export const BUNDLED: PickerFlavor = deepFreeze({
  name: 'bundled',
  displayName: 'the bundled endpoint picker',
  version: '0.1.0',
  image: undefined,
  poolApis: ['v1', 'v1alpha2'],
  objectiveGroups: ['inference.networking.x-k8s.io', 'llm-d.ai'],
  configApiVersion: 'llm-d.ai/v1alpha1',
  headers: GATEWAY_HEADERS,
  plugins: BUNDLED_PLUGINS,
  configFields: [...CONFIG_FIELDS, 'requestHandler'],
  shadowProfiles: true,
  // The second is taken for the sake of older configurations: every replica here keeps its own view.
  featureGates: ['flowControl', 'haPopulateNonLeaderDatastore'],
  gatesTakeValues: true,
  strictParameters: true,
  customPlugins: true,
  defaultReplicas: 2,
  highAvailability: 'active-active',
  electionRights: [{ apiGroup: 'coordination.k8s.io', resource: 'leases', verbs: ['get', 'create', 'update'] }],
  resources: { cpu: 1, memoryGib: 1, memoryLimitGib: 2 },
  flags: Object.keys(FLAGS).map((name) => `--${name}`),
  refusedFlags: REFUSED_FLAG_REASONS,
  defaultConfig: () => defaultPickerConfig(),
  args: (launch) => [
    ...commonArgs(launch),
    // Which group to read is said, not discovered: two groups in one cluster cannot silently shadow each other.
    `--objective-group=${launch.objectiveGroup}`,
    `--drain-timeout=${launch.drainSeconds}s`,
  ],
  health: () => ({ liveness: 'liveness', readiness: 'readiness' }),
} satisfies PickerFlavor);
