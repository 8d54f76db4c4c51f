import type { ObjectiveGroup, PoolApi } from '../api-profile';
import type { InferenceHeaders } from '../headers';
import type { DefaultConfigOptions, EndpointPickerConfig } from './config';
import type { PluginCatalog } from './plugins';

/**
 * How several replicas of a picker share the work. `leader-election`: one serves, the others wait and are not ready
 * until they lead. `active-active`: all serve, each with its own view of requests in flight and cached prefixes.
 */
export type HighAvailability = 'leader-election' | 'active-active';

/** What the command line of a picker depends on. */
export interface PickerLaunch {
  readonly poolName: string;
  /** Namespace of the pool, or the Kubernetes expansion of the variable that holds it. */
  readonly poolNamespace: string;
  readonly poolGroup: string;
  readonly objectiveGroup: ObjectiveGroup;
  /** Path of the configuration file. */
  readonly configFile: string;
  readonly leaderElection: boolean;
  /** How long running streams may go on after the picker was told to stop, seconds. */
  readonly drainSeconds: number;
  /** Whether the configuration has plugins that are loaded only on request. */
  readonly experimentalPlugins: boolean;
  /** Whether `/metrics` asks for a token that Kubernetes reviews. */
  readonly metricsAuth: boolean;
}

/** Service names that the picker's gRPC health server answers for. */
export interface HealthServices {
  readonly liveness: string;
  readonly readiness: string;
}

/** What a picker may do with a kind of object in the namespace of its pool. */
export interface PickerRight {
  /** Empty for Kubernetes' own core. */
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

/** Everything that differs between implementations of the endpoint picker: data and pure functions, a file for each. */
export interface PickerFlavor {
  readonly name: 'bundled' | 'llm-d-router' | 'gaie' | (string & {});
  readonly displayName: string;
  readonly version: string;
  /** Published image; undefined where every team builds its own. */
  readonly image: string | undefined;
  readonly poolApis: readonly PoolApi[];
  /** Groups of objectives and rewrites that it reads, the preferred one first. */
  readonly objectiveGroups: readonly ObjectiveGroup[];
  /** `apiVersion` of its configuration file. */
  readonly configApiVersion: string;
  readonly headers: InferenceHeaders;
  readonly plugins: PluginCatalog;
  /** Top-level fields of its configuration; it refuses to start with others. */
  readonly configFields: readonly string[];
  /** Whether a profile can run in shadow. */
  readonly shadowProfiles: boolean;
  /** Features that `featureGates` can turn on. */
  readonly featureGates: readonly string[];
  /** Whether a gate may be written with a value, `flowControl=true`. */
  readonly gatesTakeValues: boolean;
  /** Whether an unknown parameter of a plugin keeps it from starting; otherwise it is ignored. */
  readonly strictParameters: boolean;
  /** Whether a team may add plugins of its own to the image. */
  readonly customPlugins: boolean;
  readonly defaultReplicas: number;
  /** Sharing of work that suits it when it runs more than one replica. */
  readonly highAvailability: HighAvailability;
  /** Rights that an election takes. */
  readonly electionRights: readonly PickerRight[];
  /** Requests of CPU (cores) and memory (GiB), and memory limit (GiB), of one replica. */
  readonly resources: { readonly cpu: number; readonly memoryGib: number; readonly memoryLimitGib: number };
  /** Every flag that it takes, with dashes; undefined where no list is kept. */
  readonly flags?: readonly string[];
  /** Flags that it lacks, each with the reason. */
  readonly refusedFlags: Readonly<Record<string, string>>;
  /** Configuration of a picker that is given none. */
  defaultConfig(options: DefaultConfigOptions): EndpointPickerConfig;
  args(launch: PickerLaunch): readonly string[];
  health(leaderElection: boolean): HealthServices;
}

/** Kind of the configuration file, the same for every flavour. */
export const PICKER_CONFIG_KIND = 'EndpointPickerConfig';
