export { checkPickerConfig } from '../core/picker/check-config';
export { DEFAULT_PROFILE, defaultPickerConfig, plugin, upstreamDefaultConfig } from '../core/picker/config';
export type {
  DataLayer,
  DataSource,
  DefaultConfigOptions,
  EndpointPickerConfig,
  FlowControl,
  PickerPlugin,
  PriorityBand,
  ProfilePlugin,
  SchedulingProfile,
} from '../core/picker/config';
export { PICKER_CONFIG_KIND } from '../core/picker/flavor';
export type { HighAvailability, HealthServices, PickerLaunch } from '../core/picker/flavor';
export { PickerFlavor } from '../core/picker/flavors';
export type { PluginCatalog, PluginFacts, PluginKind, PluginType } from '../core/picker/plugins';
export { defineFilter, defineScorer } from './scheduling/custom/definition';
export type { CustomDefinition, CustomFilter, CustomPlugin, CustomScorer } from './scheduling/custom/definition';
export { filterWith, scoreWith } from './scheduling/custom/test-kit';
export type { TestEndpoint, Trial } from './scheduling/custom/test-kit';
export type { ContextView, EndpointView, MetricsView, RequestView } from './scheduling/custom/views';
export type { NumberRange, ParameterReader } from './scheduling/parameters/parameter-reader';
export type { EndpointLoad } from './scheduling/endpoint';
export type { LatencyObjective } from './scheduling/request';
