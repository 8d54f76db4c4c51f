import { k8s } from 'cdk8s-plus-28';

/** What a cache adds to the pod. */
export interface ModelCacheBinding {
  readonly volumes: readonly k8s.Volume[];
  readonly mounts: readonly k8s.VolumeMount[];
  readonly env: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** Path of the weights when they are in the volume already; undefined when the server downloads them. */
  readonly modelPath: string | undefined;
  /** Disk of the node that the cache may fill, GiB. */
  readonly ephemeralGib: number;
  /** Memory of the node that the cache may fill outside the server's container, GiB. */
  readonly memoryGib: number;
}

const MOUNT_PATH = '/models';
const VOLUME = 'model-cache';

/** Options of a bucket of weights. */
export interface GcsFuseOptions {
  /** Name of the Cloud Storage bucket. */
  readonly bucket: string;
  /**
   * Folder of the bucket that holds the weights.
   * @default - the bucket's root
   */
  readonly folder?: string;
  /**
   * Further mount options of Cloud Storage FUSE.
   * @default - none beyond caching and parallel downloads
   */
  readonly mountOptions?: readonly string[];
}

/** Where a model server keeps its weights. */
export class ModelCache {
  /**
   * A folder on the node's disk; each pod downloads the weights at its first start.
   *
   * @param sizeGib limit of the folder; by default a quarter more than the weights and 10 GiB, or 100 GiB when the
   * size of the model is not known
   */
  public static emptyDir(sizeGib?: number): ModelCache {
    return new ModelCache((defaultGib) => {
      const size = sizeGib ?? defaultGib;
      const volume = { name: VOLUME, emptyDir: { sizeLimit: k8s.Quantity.fromString(`${size}Gi`) } };
      return downloaded(volume, size);
    }, 'emptyDir');
  }

  /** A PersistentVolumeClaim that keeps downloaded weights over restarts. Several replicas need ReadWriteMany. */
  public static persistentVolumeClaim(claimName: string): ModelCache {
    return new ModelCache(
      () => downloaded({ name: VOLUME, persistentVolumeClaim: { claimName } }, 0),
      'persistentVolumeClaim',
    );
  }

  /**
   * Weights in a bucket, read through Cloud Storage FUSE. The pod's Kubernetes service account needs
   * `roles/storage.objectViewer` on the bucket.
   *
   * @see https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-storage-fuse-csi-driver-perf
   */
  public static gcsFuse(options: GcsFuseOptions): ModelCache {
    return new ModelCache((_gib, weightsGib) => gcsFuse(options, weightsGib), 'gcsFuse');
  }

  private constructor(
    private readonly bindTo: (defaultGib: number, weightsGib: number | undefined) => ModelCacheBinding,
    /** Which of the factories made it. */
    public readonly kind: 'emptyDir' | 'persistentVolumeClaim' | 'gcsFuse',
  ) {}

  /** @internal */
  public _bind(defaultGib: number, weightsGib: number | undefined): ModelCacheBinding {
    return this.bindTo(defaultGib, weightsGib);
  }
}

function downloaded(volume: k8s.Volume, ephemeralGib: number): ModelCacheBinding {
  return {
    volumes: [volume],
    mounts: [{ name: VOLUME, mountPath: MOUNT_PATH }],
    env: { HF_HOME: `${MOUNT_PATH}/huggingface`, VLLM_CACHE_ROOT: `${MOUNT_PATH}/vllm` },
    podAnnotations: {},
    modelPath: undefined,
    ephemeralGib,
    memoryGib: 0,
  };
}

const FUSE_OPTIONS = [
  'implicit-dirs',
  'metadata-cache:ttl-secs:-1',
  'metadata-cache:stat-cache-max-size-mb:-1',
  'metadata-cache:type-cache-max-size-mb:-1',
  'file-cache:max-size-mb:-1',
  'file-cache:cache-file-for-range-read:true',
  'file-cache:enable-parallel-downloads:true',
  'file-system:kernel-list-cache-ttl-secs:-1',
];

function gcsFuse({ bucket, folder, mountOptions }: GcsFuseOptions, weightsGib: number | undefined): ModelCacheBinding {
  const cacheGib = weightsGib === undefined ? undefined : Math.ceil(weightsGib * 1.1 + 1);
  const sizeLimit = cacheGib === undefined ? {} : { sizeLimit: k8s.Quantity.fromString(`${cacheGib}Gi`) };
  const options = [...FUSE_OPTIONS, ...(folder === undefined ? [] : [`only-dir:${folder}`]), ...(mountOptions ?? [])];
  const csi: k8s.CsiVolumeSource = {
    driver: 'gcsfuse.csi.storage.gke.io',
    readOnly: true,
    volumeAttributes: {
      bucketName: bucket,
      mountOptions: options.join(','),
      skipCSIBucketAccessCheck: 'true',
      gcsfuseMetadataPrefetchOnMount: 'true',
    },
  };
  return {
    volumes: [
      { name: VOLUME, csi },
      // The driver's sidecar finds its file cache under this name; memory is the fastest place for it.
      { name: 'gke-gcsfuse-cache', emptyDir: { medium: 'Memory', ...sizeLimit } },
    ],
    mounts: [{ name: VOLUME, mountPath: MOUNT_PATH, readOnly: true }],
    env: {},
    podAnnotations: {
      'gke-gcsfuse/volumes': 'true',
      // Zero lifts the sidecar's limits, which are too low to stream weights.
      'gke-gcsfuse/cpu-limit': '0',
      'gke-gcsfuse/memory-limit': '0',
      'gke-gcsfuse/ephemeral-storage-limit': '0',
    },
    modelPath: MOUNT_PATH,
    ephemeralGib: 0,
    memoryGib: cacheGib ?? 0,
  };
}
