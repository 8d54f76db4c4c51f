import type { Agent } from 'node:http';
import type { Clock, Random } from '../../picker/time';
import type { PickerClient } from './ext-proc-client';
import type { Rotation } from './rotation';
import type { GatewayEvent } from './types';

/** A pool as requests meet it. */
export interface PoolTarget {
  readonly name: string;
  readonly picker: PickerClient;
  readonly rotation: Rotation;
  readonly failsOpen: boolean;
}

/** A Service as requests meet it. */
export interface ServiceTarget {
  readonly name: string;
  readonly rotation: Rotation;
}

/** What all requests of a proxy share. */
export interface ProxyParts {
  /** Keeps connections to endpoints. */
  readonly agent: Agent;
  readonly pools: ReadonlyMap<string, PoolTarget>;
  readonly services: ReadonlyMap<string, ServiceTarget>;
  readonly messageTimeoutMs: number;
  readonly subsetHeader: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly newRequestId: () => string;
  readonly onRequest: ((event: GatewayEvent) => void) | undefined;
  readonly onFault: (error: unknown) => void;
}
