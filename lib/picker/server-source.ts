import { ValidationError } from '../core/problem';
import type { PickerOptions } from './options';
import { NO_SOURCE } from './options-checks';
import type { ModelRulesStore } from './pool/model-rules-store';
import type { PoolState } from './pool/pool-state';
import type { Reviewer } from './io/admin-server-access';
import type { FileDiscovery } from './scheduling/config/data-plugins';
import { fileSource } from './server-source-file';
import { kubernetesSource } from './server-source-kubernetes';
import type { Log } from './telemetry/log';
import type { Clock, Random } from './time';

/** Keeps a pool and its rules as they are outside. */
export interface EndpointSource {
  /** Begins to watch. Rejects for what no waiting would mend, such as a file that is not there. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Whether this process leads; always true without an election. */
  readonly leads: boolean;
  /** Gives the lead up, so that another process takes over at once. */
  resign(): void;
  /** Reviews readers of `/metrics`; undefined without a cluster. */
  readonly reviewer: Reviewer | undefined;
}

/** What a source writes to. */
export interface SourceTargets {
  readonly pool: PoolState;
  readonly rules: ModelRulesStore;
  readonly log: Log;
  readonly random: Random;
  readonly clock: Clock;
  /** Undefined where this process needs no election to serve. */
  readonly election: { readonly identity: string } | undefined;
}

/** Makes the source of a picker's endpoints. */
export type SourceFactory = (targets: SourceTargets) => EndpointSource | Promise<EndpointSource>;

/** Name and namespace that a picker's metrics and logs call its pool by. */
export function poolOf({ source }: PickerOptions): { readonly name: string; readonly namespace: string } {
  if ('namespace' in source) return { name: source.name, namespace: source.namespace };
  return { name: 'endpoints', namespace: 'default' };
}

/** The source that a picker's configuration names, or else its options. Throws a `ValidationError` where none does. */
export function createSource({ source }: PickerOptions, discovery: FileDiscovery | undefined): SourceFactory {
  if (discovery !== undefined) return (targets) => fileSource(discovery, targets);
  switch (source.kind) {
    case 'file':
      return (targets) => fileSource({ path: source.path }, targets);
    case 'pool':
    case 'selector':
      return (targets) => kubernetesSource(source, targets);
    case 'configured':
      throw new ValidationError('command line', [NO_SOURCE]);
  }
}
