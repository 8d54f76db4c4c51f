import { LLM_D_HEADERS } from '../../headers';
import { deepFreeze } from '../../freeze';
import { CONFIG_FIELDS, upstreamDefaultConfig } from '../config';
import type { PickerFlavor } from '../flavor';
import { ROUTER_PLUGINS } from '../plugins/router';
import { commonArgs, REFUSED_METRIC_FLAGS, UPSTREAM_ELECTION, upstreamHealth } from './upstream';

/** The Go picker of the llm-d router. @see https://github.com/llm-d/llm-d-router */
export const LLM_D_ROUTER: PickerFlavor = deepFreeze({
  name: 'llm-d-router',
  displayName: 'llm-d router 0.10',
  version: '0.10.0',
  image: 'ghcr.io/llm-d/llm-d-router-endpoint-picker:v0.10.0',
  poolApis: ['v1'],
  objectiveGroups: ['llm-d.ai', 'inference.networking.x-k8s.io'],
  configApiVersion: 'llm-d.ai/v1alpha1',
  headers: LLM_D_HEADERS,
  plugins: ROUTER_PLUGINS,
  configFields: [...CONFIG_FIELDS, 'requestHandler'],
  shadowProfiles: false,
  featureGates: ['flowControl', 'haPopulateNonLeaderDatastore'],
  gatesTakeValues: true,
  strictParameters: true,
  customPlugins: false,
  defaultReplicas: 1,
  highAvailability: 'leader-election',
  electionRights: UPSTREAM_ELECTION,
  // Requests of its own chart; scraping 100 pods alone takes about seven cores.
  resources: { cpu: 8, memoryGib: 8, memoryLimitGib: 16 },
  refusedFlags: REFUSED_METRIC_FLAGS,
  defaultConfig: upstreamDefaultConfig,
  args: (launch) => [
    ...commonArgs(launch),
    `--drain-timeout=${launch.drainSeconds}s`,
    '--zap-encoder=json',
    // Its default exporter prints every span to standard output.
    '--tracing=false',
    ...(launch.experimentalPlugins ? ['--allow-experimental-plugins=true'] : []),
    '--v=1',
  ],
  health: upstreamHealth,
} satisfies PickerFlavor);
