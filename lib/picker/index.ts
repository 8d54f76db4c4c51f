export { checkPickerConfig } from '../core/picker/check-config';
export { DEFAULT_PROFILE, defaultPickerConfig, plugin } from '../core/picker/config';
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
