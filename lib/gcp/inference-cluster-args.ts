import type { ClusterArgs, NodePoolArgs } from '@pulumi/gcp/container';
import type { IAMMemberArgs, ServiceArgs } from '@pulumi/gcp/projects';
import type { AccountArgs } from '@pulumi/gcp/serviceaccount';
import type { ProviderArgs } from '@pulumi/kubernetes/provider';
import type { ConfigFileArgs } from '@pulumi/kubernetes/yaml/v2';
import type * as pulumi from '@pulumi/pulumi';
import type { Accelerator } from '../core/accelerators';
import type { ApiProfileLike } from '../core/api-profile';
import type { ReleaseChannel } from '../core/gke/versions';
import type { ClusterMode, ControlPlaneAccess } from './cluster-facts';
import type { ClusterNetwork } from './network-parts';
import type { Transforms } from './transform';

/** Children of InferenceCluster whose arguments can be changed. */
export type InferenceClusterTransforms = Transforms<{
  cluster: ClusterArgs;
  systemPool: NodePoolArgs;
  serviceAccount: AccountArgs;
  role: IAMMemberArgs;
  service: ServiceArgs;
  customResource: ConfigFileArgs;
  provider: ProviderArgs;
}>;

/** Arguments of `InferenceCluster`. */
export interface InferenceClusterArgs {
  /** Project of the cluster. */
  readonly project: pulumi.Input<string>;
  /** Region, for three control planes, or zone, for one. */
  readonly location: string;
  /** Network of the cluster, made or adopted. */
  readonly network: ClusterNetwork;
  /**
   * Who manages the nodes.
   * @default 'standard'
   */
  readonly mode?: ClusterMode;
  /**
   * Zones of the nodes.
   * @default - three zones of the region, or the zone of the cluster
   */
  readonly nodeLocations?: readonly string[];
  /**
   * Generation of the inference APIs; decides the oldest GKE version and the definitions that are installed.
   * @default 'v1'
   */
  readonly apiProfile?: ApiProfileLike;
  /**
   * How early the cluster gets new versions.
   * @default 'REGULAR'
   */
  readonly releaseChannel?: ReleaseChannel;
  /**
   * Oldest version of the control plane, such as `1.35` or `1.35.2-gke.1842000`.
   * @default - the oldest minor version that serves the pools of apiProfile
   */
  readonly minVersion?: string;
  /**
   * How the control plane is reached.
   * @default 'dns'
   */
  readonly controlPlaneAccess?: ControlPlaneAccess;
  /**
   * Networks that reach the control plane's address; needed with `public-address`.
   * @default - none
   */
  readonly authorizedNetworks?: readonly AuthorizedNetwork[];
  /**
   * Nodes for everything but models, of a Standard cluster.
   * @default - one to six e2-standard-4 nodes
   */
  readonly systemPool?: SystemPoolArgs;
  /**
   * Let GKE make node pools, up to these limits, for pods that no pool fits.
   * @default - off
   */
  readonly nodeAutoProvisioning?: NodeAutoProvisioningArgs;
  /**
   * Email of an existing service account for the nodes.
   * @default - one is made, with rights to write logs and metrics and to pull images
   */
  readonly nodeServiceAccount?: pulumi.Input<string>;
  /**
   * Let GKE scrape the model servers that it knows. Where charts bring a PodMonitoring of their own, samples of both
   * are paid for; the dashboard counts them once.
   * @default true
   * @see https://cloud.google.com/stackdriver/docs/managed-prometheus/setup-managed#auto-app-mon
   */
  readonly autoMonitoring?: boolean;
  /**
   * Refuse to delete the cluster.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * When GKE may upgrade the cluster.
   * @default - at any time
   */
  readonly maintenanceWindow?: MaintenanceWindow;
  /**
   * Cloud KMS key that encrypts Secrets, `projects/P/locations/L/keyRings/R/cryptoKeys/K`.
   * @default - Google's own key
   */
  readonly databaseKey?: pulumi.Input<string>;
  /**
   * Cloud KMS key that encrypts boot disks.
   * @default - Google's own key
   */
  readonly bootDiskKey?: pulumi.Input<string>;
  /**
   * Labels of the cluster, for bills.
   * @default - none
   */
  readonly resourceLabels?: Readonly<Record<string, string>>;
  /**
   * Enable the Google APIs that the cluster needs.
   * @default true
   */
  readonly enableApis?: boolean;
  /**
   * Install the custom resource definitions that GKE does not.
   * @default true
   */
  readonly installCustomResources?: boolean;
  /**
   * Other sources of definitions, by their plural name, such as a mirror: `{ inferenceobjectives: 'https://...' }`.
   * @default - pinned releases on GitHub
   */
  readonly customResourceUrls?: Readonly<Record<string, string>>;
  /**
   * Changes to the arguments of child resources.
   * @default - none
   */
  readonly transform?: InferenceClusterTransforms;
}

/** A network that reaches the control plane's address. */
export interface AuthorizedNetwork {
  /** Its addresses, such as `192.0.2.0/24`. */
  readonly cidr: string;
  /**
   * What the network is.
   * @default - none
   */
  readonly name?: string;
}

/** The pool for system pods, endpoint pickers and everything else without a GPU. */
export interface SystemPoolArgs {
  /**
   * Machine type of the nodes. Upstream's pickers ask for 4 (`PickerFlavor.GAIE`) and 8 CPUs (`LLM_D_ROUTER`), which the
   * default does not hold: take a larger machine, or lower `picker.cpu`.
   * @default 'e2-standard-4'
   */
  readonly machineType?: string;
  /**
   * Fewest nodes, of all zones together.
   * @default 1
   */
  readonly minNodes?: number;
  /**
   * Most nodes, of all zones together.
   * @default 6
   */
  readonly maxNodes?: number;
  /**
   * Size of the boot disk, GiB.
   * @default 100
   */
  readonly bootDiskGib?: number;
}

/** Most of each resource that auto-provisioned nodes may have together. */
export interface NodeAutoProvisioningArgs {
  /** Virtual CPUs of the whole cluster. */
  readonly maxCpus: number;
  /** Memory of the whole cluster, GiB. */
  readonly maxMemoryGib: number;
  /**
   * GPUs by accelerator.
   * @default - none
   */
  readonly gpus?: readonly { readonly accelerator: Accelerator; readonly max: number }[];
}

/** A window that repeats. @see https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions */
export interface MaintenanceWindow {
  /** First start, RFC 3339: `2026-01-03T02:00:00Z`. */
  readonly startTime: string;
  /** First end, RFC 3339; at least four hours after the start. */
  readonly endTime: string;
  /** RFC 5545 rule, such as `FREQ=WEEKLY;BYDAY=SA,SU`. */
  readonly recurrence: string;
}
