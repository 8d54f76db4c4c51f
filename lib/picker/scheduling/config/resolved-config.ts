import type { EndpointPickerConfig } from '../../../core/picker/config';
import type { AdmissionSettings } from '../../admission/settings';
import type { ExtractorSettings } from '../../pool/engines';
import type { MetricsSource } from '../../pool/metrics-source';
import type { Plugin, ProfileHandler } from '../plugin';
import type { PrefixIndexSettings } from '../prefix-index-settings';
import type { Profile } from '../profile';
import type { FileDiscovery } from './data-plugins';

/** How the pods' metrics are read. */
export interface MetricsReading {
  readonly source: MetricsSource;
  readonly extractor: ExtractorSettings;
}

/** A configuration as the parts of the picker take it: complete, checked and with its plugins made. */
export interface ResolvedPickerConfig {
  /** The configuration with all that was added to it. */
  readonly config: EndpointPickerConfig;
  readonly profiles: readonly Profile[];
  readonly handler: ProfileHandler;
  /** Every plugin of the configuration. */
  readonly plugins: readonly Plugin[];
  /** Types of the parsers, in their order. */
  readonly parsers: readonly string[];
  readonly prefixIndex: PrefixIndexSettings;
  readonly admission: AdmissionSettings;
  /** Undefined when the configuration wants no metrics. */
  readonly metrics: MetricsReading | undefined;
  /** Undefined for endpoints from where the command line says. */
  readonly discovery: FileDiscovery | undefined;
  /** What works and should be written otherwise. */
  readonly warnings: readonly string[];
}
