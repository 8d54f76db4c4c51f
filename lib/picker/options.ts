import type { ObjectiveGroup, PoolApi } from '../core/api-profile';
import type { TraceSettings } from './telemetry/trace-settings';

/** Where endpoints come from. */
export type PoolSource = KubernetesPool | LabelSelectedPool | EndpointsFile | ConfiguredSource;

/** Pods that an InferencePool selects. */
export interface KubernetesPool {
  readonly kind: 'pool';
  readonly name: string;
  readonly namespace: string;
  readonly api: PoolApi;
  /** Group of objectives and rewrites; undefined to take what the cluster has. */
  readonly objectiveGroup: ObjectiveGroup | undefined;
  /** File with credentials; undefined for those that the environment has. */
  readonly kubeconfig: string | undefined;
}

/** Pods of a namespace by their labels, without an InferencePool. */
export interface LabelSelectedPool {
  readonly kind: 'selector';
  /** Name that metrics and logs use. */
  readonly name: string;
  readonly namespace: string;
  /** Kubernetes label selector. */
  readonly selector: string;
  readonly targetPorts: readonly number[];
  readonly objectiveGroup: ObjectiveGroup | undefined;
  /** File with credentials; undefined for those that the environment has. */
  readonly kubeconfig: string | undefined;
}

/** Endpoints from a file. */
export interface EndpointsFile {
  readonly kind: 'file';
  readonly path: string;
}

/** Endpoints from where the configuration says: a plugin of type `file-discovery`. */
export interface ConfiguredSource {
  readonly kind: 'configured';
}

/** Where the EndpointPickerConfig comes from. */
export type ConfigSource =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'text'; readonly text: string };

/** Oldest version of TLS, as Node.js names it. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** TLS of the external processing port. */
export interface TlsOptions {
  /** Folder with `tls.crt` and `tls.key`; undefined for a self-signed certificate. */
  readonly certPath: string | undefined;
  readonly reload: boolean;
  readonly minVersion: TlsVersion;
  /** Names as OpenSSL knows them; empty for the defaults. */
  readonly cipherSuites: readonly string[];
}

/** The external processing server. */
export interface GrpcOptions {
  /** 0 for a free port. */
  readonly port: number;
  /** Undefined to serve without TLS. */
  readonly tls: TlsOptions | undefined;
  /** Largest message from the gateway, bytes. */
  readonly maxMessageBytes: number;
  /** Largest body of a request, bytes. */
  readonly maxBodyBytes: number;
  /** Whether this port answers health checks too. */
  readonly healthChecking: boolean;
}

/** The HTTP server for operators. */
export interface AdminOptions {
  /** 0 for a free port. */
  readonly port: number;
  /** Whether Kubernetes reviews readers of `/metrics`. */
  readonly metricsAuth: boolean;
  /** Folder with `tls.crt` and `tls.key`; undefined to serve without TLS. */
  readonly certDir: string | undefined;
  readonly clientCaFile: string | undefined;
  /** File with the token for `/debug`; undefined to let only this machine read there. */
  readonly debugTokenFile: string | undefined;
  readonly profiling: boolean;
  readonly streamMetrics: boolean;
}

/** How metrics of the pods are read. */
export interface ScrapeOptions {
  /** Time between two readings of a busy pod, ms. */
  readonly intervalMs: number;
  /** Age from which a reading is not believed, ms. */
  readonly stalenessMs: number;
}

/** Everything that the command line decides, checked and in the units that the code uses. */
export interface PickerOptions {
  readonly source: PoolSource;
  /** Undefined for the default configuration. */
  readonly config: ConfigSource | undefined;
  /** Modules with plugins. */
  readonly plugins: readonly string[];
  readonly grpc: GrpcOptions;
  /** Port of health checks, 0 for a free one. */
  readonly healthPort: number;
  readonly admin: AdminOptions;
  readonly scrape: ScrapeOptions;
  readonly ignoreSubset: boolean;
  readonly emitScores: boolean;
  readonly leaderElection: boolean;
  /** Name of this process among its siblings. */
  readonly podName: string;
  /** Time to take new requests after the signal to stop, ms. */
  readonly drainMs: number;
  /** 0 and 1 for operators, 2 adds a line a request, 4 debugging, 5 everything. */
  readonly verbosity: number;
  /** Undefined where nobody wants traces. */
  readonly tracing: TraceSettings | undefined;
}
