import { ValidationError } from '../../core/problem';
import { NO_LOG } from '../../picker/telemetry/log';
import { recordOf } from '../../picker/director/record-of';
import { createPickerServer } from '../../picker/server';
import type { PickerServer } from '../../picker/server-lifecycle';
import type { Clock } from '../../picker/time';
import type { DecisionState } from '../admin/state';
import type { PickerAddress } from '../gateway/types';
import type { LocalPool, Topology } from '../manifests/topology';
import { decisionState } from './decision-state';
import { localPickerOptions } from './picker-options';
import type { PodFleet } from './pod-fleet';
import { PoolSource } from './pool-source';

const HOST = '127.0.0.1';

export interface PoolPickerOptions {
  readonly pool: LocalPool;
  readonly modelObjects: Topology['modelObjects'];
  readonly fleet: PodFleet;
  readonly clock: Clock;
  /** Told of the picker's warnings. */
  readonly warn: (text: string) => void;
}

/** The picker of a pool, started as a cluster would start it, with the pods of a fleet. */
export class PoolPicker {
  readonly #server: PickerServer;
  readonly #source: PoolSource;

  private constructor(
    public readonly pool: LocalPool,
    /** Where gateways ask it. */
    public readonly address: PickerAddress,
    /** Port of its metrics and debug pages. */
    public readonly adminPort: number,
    public readonly notes: readonly string[],
    parts: { readonly server: PickerServer; readonly source: PoolSource },
  ) {
    this.#server = parts.server;
    this.#source = parts.source;
  }

  /**
   * Starts it.
   * @throws ValidationError for a command line or configuration that it refuses, with the ConfigMap and the lines
   */
  public static async start({ pool, modelObjects, fleet, clock, warn }: PoolPickerOptions): Promise<PoolPicker> {
    const { options, notes } = localPickerOptions(pool);
    const source = new PoolSource(pool, modelObjects, () => fleet.podsOf(pool.servers));
    const server = await located(pool, () =>
      createPickerServer(options, {
        host: HOST,
        clock,
        source: source.factory,
        log: { ...NO_LOG, warn, error: warn },
      }),
    );
    const { grpc, health, admin } = await server.start();
    const address = { address: HOST, port: grpc, tls: false, healthPort: health };
    return new PoolPicker(pool, address, admin, notes, { server, source });
  }

  /** Whether it knows its pods and how they are. */
  public get ready(): boolean {
    return this.#server.ready;
  }

  /** Tells it of the pods as they are now. */
  public podsChanged(): void {
    this.#source.update();
  }

  /** Its latest decisions, newest first. */
  public decisions(most: number): readonly DecisionState[] {
    const origin = { config: '', pool: `${this.pool.namespace}/${this.pool.name}` };
    const states: DecisionState[] = [];
    for (const decision of this.#server.decisions.latest()) {
      const state = decisionState(recordOf(decision, origin));
      if (state !== undefined) states.push(state);
      if (states.length === most) break;
    }
    return states;
  }

  /** Ends it at once. */
  public async stop(): Promise<void> {
    const stopped = this.#server.stop(0);
    this.#server.kill();
    await stopped;
  }
}

/** Names the ConfigMap in the problems of a configuration, which the picker got as a text. */
async function located<T>({ picker }: LocalPool, create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const place = `picker ${picker.namespace}/${picker.name}`;
    const where = error.path === '--config-text' ? (picker.configWhere ?? place) : `${place}: ${error.path}`;
    throw new ValidationError(where, error.problems);
  }
}
