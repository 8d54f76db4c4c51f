import { type Duration } from 'cdk8s';
import { type EndpointPickerConfig } from '../core/picker/config';
import { type HighAvailability } from '../core/picker/flavor';
import { type PickerFlavor } from '../core/picker/flavors';
import { type InferencePool } from './inference-pool';

/** Settings of an endpoint picker, without the pool that it belongs to. */
export interface EndpointPickerOptions {
  /**
   * Implementation. Flags, API groups, rights and probes follow from it.
   * @default PickerFlavor.BUNDLED
   */
  readonly flavor?: PickerFlavor;
  /**
   * Image, pinned by tag or digest. The bundled picker has no public image: build it and push it to your registry.
   * @default - the flavour's published image
   */
  readonly image?: string;
  /**
   * Pods.
   * @default - 2 for the bundled picker, 1 for upstream's
   */
  readonly replicas?: number;
  /**
   * How several pods share the work. Pods that wait for an election are not ready, so a rollout of them never reports
   * complete.
   * @default - 'active-active' for the bundled picker, 'leader-election' for upstream's
   */
  readonly highAvailability?: HighAvailability;
  /**
   * Plugins, profiles and weights.
   * @default - the bundled picker: defaultPickerConfig(), the least expected time; upstream's pickers:
   * upstreamDefaultConfig(), queue 2, KV cache 2, prefix 3, and adapters where the pool serves them
   */
  readonly config?: EndpointPickerConfig;
  /**
   * Plugin types that your image adds to the bundled picker.
   * @default - none
   */
  readonly customPlugins?: readonly string[];
  /**
   * How long running streams go on after a pod was told to stop.
   * @default Duration.seconds(30)
   */
  readonly drainTimeout?: Duration;
  /**
   * Let Kubernetes review who reads `/metrics`. Needs a chart with a namespace.
   * @default true
   */
  readonly metricsAuth?: boolean;
  /**
   * CPU of a pod, cores.
   * @default - the flavour's
   */
  readonly cpu?: number;
  /**
   * Memory of a pod, GiB, requested and limited alike.
   * @default - the flavour's request and limit
   */
  readonly memoryGib?: number;
  /**
   * Further arguments.
   * @default - none
   */
  readonly extraArgs?: readonly string[];
  /**
   * Further environment variables.
   * @default - none
   */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Scheduling priority of the pods.
   * @default - none
   */
  readonly priorityClassName?: string;
}

/** Settings of an EndpointPicker. */
export interface EndpointPickerProps extends EndpointPickerOptions {
  /** Pool whose pods it chooses among. */
  readonly pool: InferencePool;
  /**
   * Name of the Deployment and the Service.
   * @default - from the construct path
   */
  readonly name?: string;
}
