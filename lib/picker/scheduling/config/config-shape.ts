import { parseGoDuration } from '../../../core/go-duration';
import { PickerFlavor } from '../../../core/picker/flavors';
import { PICKER_CONFIG_KIND } from '../../../core/picker/flavor';
import { parseBytes } from '../../../core/quantity';
import { type Shape, Shapes } from './shape';

const { TEXT, NUMBER, INTEGER, BOOLEAN, MAP, choice, list, object, required, scalar } = Shapes;

/** Versions of the file that are read, the current one first. */
export const API_VERSIONS: readonly string[] = [
  ...new Set([PickerFlavor.BUNDLED.configApiVersion, ...PickerFlavor.all.map((flavor) => flavor.configApiVersion)]),
];

const COUNT = scalar('a whole number above 0', (value) => Number.isSafeInteger(value) && Number(value) > 0);

const BYTES = scalar('a number of bytes above 0, or a quantity such as 1Gi', (value) =>
  typeof value === 'string' ? (parseBytes(value) ?? 0) > 0 : Number.isSafeInteger(value) && Number(value) > 0,
);

const DURATION = scalar(
  'a duration of zero or more, such as 30s',
  (value) => typeof value === 'string' && (parseGoDuration(value) ?? -1) >= 0,
);

const REFERENCE = object({ pluginRef: required(TEXT) });

const BAND = {
  maxBytes: BYTES,
  maxRequests: COUNT,
  fairnessPolicyRef: TEXT,
  orderingPolicyRef: TEXT,
};

const PROFILE = object({
  name: required(TEXT),
  shadow: BOOLEAN,
  plugins: required(list(object({ pluginRef: required(TEXT), weight: NUMBER }))),
});

const DATA_LAYER = object({
  injectDefaults: BOOLEAN,
  sources: list(object({ pluginRef: required(TEXT), extractors: list(REFERENCE) })),
  discovery: object({ pluginRef: TEXT, endpoints: REFERENCE }),
});

const FLOW_CONTROL = object({
  maxBytes: BYTES,
  maxRequests: COUNT,
  defaultRequestTTL: DURATION,
  noEndpointRequestTTL: DURATION,
  defaultPriorityBand: object(BAND),
  defaultNegativePriorityBand: object(BAND),
  priorityBands: list(object({ priority: required(INTEGER), ...BAND })),
  usageLimitPolicyPluginRef: TEXT,
  saturationDetector: REFERENCE,
  enableEviction: BOOLEAN,
});

/** The configuration file. Fields for several replicas that share state are not taken: here each stands alone. */
export const CONFIG_SHAPE: Shape = object({
  apiVersion: choice(...API_VERSIONS),
  kind: choice(PICKER_CONFIG_KIND),
  featureGates: list(TEXT),
  plugins: list(object({ type: required(TEXT), name: TEXT, parameters: MAP })),
  schedulingProfiles: list(PROFILE),
  saturationDetector: REFERENCE,
  flowControl: FLOW_CONTROL,
  dataLayer: DATA_LAYER,
  requestHandler: object({ parsers: required(list(REFERENCE)) }),
  parser: REFERENCE,
});
