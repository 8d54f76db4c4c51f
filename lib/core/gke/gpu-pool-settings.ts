import type { Accelerator } from '../accelerators';
import type { GpuSharing } from './gpu-sharing';

/** Capacity that was bought ahead. */
export interface GpuReservation {
  /**
   * Name of the reservation.
   * @default - any reservation that matches the machine
   */
  readonly name?: string;
  /**
   * Project that shares the reservation.
   * @default - the cluster's project
   */
  readonly project?: string;
}

/** What decides the shape of a GPU node pool: plain values, so that mistakes show before anything is made. */
export interface GpuPoolSettings {
  /** The GPU, the same value that the model server takes. */
  readonly accelerator: Accelerator;
  /**
   * GPUs of one node.
   * @default - those of machineType, else the fewest that a machine has
   */
  readonly gpusPerNode?: number;
  /**
   * Machine type of the nodes.
   * @default - the accelerator's preferred machine with gpusPerNode GPUs
   */
  readonly machineType?: string;
  /** Most nodes of the pool; bounds what it can cost. */
  readonly maxNodes: number;
  /**
   * Fewest nodes of the pool.
   * @default 0
   */
  readonly minNodes?: number;
  /**
   * Whether minNodes and maxNodes count the whole pool or each of its zones.
   * @default 'total'
   */
  readonly nodeCounts?: 'total' | 'per-zone';
  /**
   * Zones of the nodes. Few zones of a region offer a given GPU; see `zonesWithMachine`.
   * @default - the cluster's zones
   */
  readonly nodeLocations?: readonly string[];
  /**
   * Use capacity that Google may take back at any time, at a lower price.
   * @default false
   */
  readonly spot?: boolean;
  /**
   * Wait for capacity that is given for up to seven days.
   * @default false
   * @see https://cloud.google.com/kubernetes-engine/docs/concepts/dws
   */
  readonly flexStart?: boolean;
  /**
   * Add nodes for a ProvisioningRequest only, all at once.
   * @default false
   */
  readonly queuedProvisioning?: boolean;
  /**
   * Longest life of a node, seconds; with flexStart or spot.
   * @default - seven days with flexStart, else none
   */
  readonly maxRunSeconds?: number;
  /**
   * Use reserved capacity; `{}` takes any that matches.
   * @default - reservations are not used
   */
  readonly reservation?: GpuReservation;
  /**
   * Place the nodes close together, for replicas that span nodes.
   * @default false
   */
  readonly compactPlacement?: boolean;
  /**
   * Let several pods share a GPU.
   * @default - a GPU belongs to one pod
   */
  readonly sharing?: GpuSharing;
  /**
   * Size of the parts that each GPU is split into, such as `1g.10gb`.
   * @default - GPUs are whole
   */
  readonly migPartition?: string;
  /**
   * Local SSDs of a node, 375 GiB each.
   * @default - those that the machine type comes with
   */
  readonly localSsds?: number;
  /**
   * What local SSDs are used for: pods' `emptyDir` volumes and images, or raw block devices.
   * @default 'ephemeral-storage'
   */
  readonly localSsdUse?: 'ephemeral-storage' | 'block';
  /**
   * Type of the boot disk.
   * @default - 'hyperdisk-balanced' where the machine insists on it, else 'pd-balanced'
   */
  readonly bootDiskType?: string;
  /**
   * Size of the boot disk, GiB. It holds images, and what pods download where there is no local SSD.
   * @default 200
   */
  readonly bootDiskGib?: number;
  /**
   * NVIDIA driver that GKE installs. Without a driver from GKE, secure boot is off.
   * @default 'LATEST'
   */
  readonly driver?: 'DEFAULT' | 'LATEST' | 'INSTALLATION_DISABLED';
  /**
   * Pods of one node, 8 to 256.
   * @default 32
   */
  readonly maxPodsPerNode?: number;
  /**
   * Nodes added during an upgrade; each needs quota and capacity for its GPUs.
   * @default - 1, or 0 with a reservation
   */
  readonly maxSurge?: number;
  /**
   * Nodes that an upgrade may take away before their replacement is there.
   * @default - 0, or 1 with a reservation
   */
  readonly maxUnavailable?: number;
  /**
   * Start containers before their image is pulled in full.
   * @default true
   * @see https://cloud.google.com/kubernetes-engine/docs/how-to/image-streaming
   */
  readonly imageStreaming?: boolean;
}

/** What a pool's settings are checked against. */
export interface GpuPoolSite {
  /** Region or zone of the cluster. */
  readonly location: string;
  /** Zones of the cluster's nodes, where they were chosen. */
  readonly zones?: readonly string[] | undefined;
  /** Whether images are preloaded from secondary boot disks. */
  readonly secondaryBootDisks?: boolean | undefined;
}

/** Longest life of a flex-start node. */
export const MAX_RUN_SECONDS = 7 * 24 * 60 * 60;
