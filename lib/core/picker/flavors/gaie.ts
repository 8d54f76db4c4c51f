import { GATEWAY_HEADERS } from '../../headers';
import { deepFreeze } from '../../freeze';
import { CONFIG_FIELDS, upstreamDefaultConfig } from '../config';
import type { PickerFlavor } from '../flavor';
import { GAIE_PLUGINS } from '../plugins/gaie';
import { commonArgs, REFUSED_METRIC_FLAGS, UPSTREAM_ELECTION, upstreamHealth } from './upstream';

/**
 * The last Go picker of the Gateway API Inference Extension, the one that Google's guides deploy.
 * @see https://github.com/kubernetes-sigs/gateway-api-inference-extension/tree/v1.5.0
 */
export const GAIE: PickerFlavor = deepFreeze({
  name: 'gaie',
  displayName: 'Gateway API Inference Extension 1.5',
  version: '1.5.0',
  image: 'registry.k8s.io/gateway-api-inference-extension/epp:v1.5.0',
  poolApis: ['v1'],
  objectiveGroups: ['inference.networking.x-k8s.io'],
  configApiVersion: 'inference.networking.x-k8s.io/v1alpha1',
  headers: GATEWAY_HEADERS,
  plugins: GAIE_PLUGINS,
  configFields: CONFIG_FIELDS,
  shadowProfiles: false,
  featureGates: ['flowControl', 'dataLayer', 'enableLegacyMetrics'],
  gatesTakeValues: false,
  strictParameters: false,
  customPlugins: false,
  defaultReplicas: 1,
  highAvailability: 'leader-election',
  electionRights: UPSTREAM_ELECTION,
  resources: { cpu: 4, memoryGib: 8, memoryLimitGib: 16 },
  refusedFlags: REFUSED_METRIC_FLAGS,
  defaultConfig: upstreamDefaultConfig,
  args: (launch) => [...commonArgs(launch), '--zap-encoder=json', '--tracing=false', '--v=1'],
  health: upstreamHealth,
} satisfies PickerFlavor);
