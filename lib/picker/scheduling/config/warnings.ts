import { PickerFlavor } from '../../../core/picker/flavors';
import type { EndpointPickerConfig } from '../../../core/picker/config';

/** Plugin types with a newer name. */
const OLDER_TYPES: Readonly<Record<string, string>> = {
  'by-label': 'label-selector-filter',
  'by-label-selector': 'label-selector-filter',
};

/** Older ways of writing that still work, each with the newer one. */
export function warningsOf(config: EndpointPickerConfig, apiVersion: string | undefined): readonly string[] {
  const current = PickerFlavor.BUNDLED.configApiVersion;
  return [
    ...(apiVersion === undefined || apiVersion === current
      ? []
      : [`apiVersion ${apiVersion} is the older one: write ${current}`]),
    ...(config.parser === undefined ? [] : ['parser is the older form: write requestHandler.parsers']),
    ...(config.saturationDetector === undefined
      ? []
      : ['saturationDetector at the top is the older place: write flowControl.saturationDetector']),
    ...config.plugins.flatMap(({ type }) => {
      const newer = OLDER_TYPES[type];
      return newer === undefined ? [] : [`plugin type ${type} is the older name: use ${newer}`];
    }),
  ];
}
