import { HELD_BODIES_BYTES } from '../core/picker/ext-proc';
import type { Director } from './director/types';
import { extProcMethods, type StreamObserver } from './io/ext-proc-server';
import { healthMethods } from './io/grpc-health';
import { GrpcServer } from './io/grpc-server';
import { loadTls, watchTls } from './io/tls';
import type { GrpcOptions } from './options';
import { HEALTH_SERVICES, type Readiness } from './server-readiness';
import type { Clock, Release } from './time';

/** What the gRPC servers serve, and how. */
export interface GrpcFrontOptions {
  readonly grpc: GrpcOptions;
  readonly healthPort: number;
  /** Address to listen on; undefined for all. */
  readonly host: string | undefined;
  readonly director: Director;
  readonly readiness: Readiness;
  readonly clock: Clock;
  readonly observer: StreamObserver | undefined;
  /** Told of errors that no input should cause, and of certificates that cannot be read. */
  readonly onFault: (where: string, error: unknown) => void;
}

/** Ports that are listened on. */
export interface GrpcPorts {
  readonly grpc: number;
  readonly health: number;
}

/** A gateway that does not answer a ping within this time is gone, ms. */
const KEEPALIVE_MS = 30_000;
/** Time between two looks of `Watch` at the status, ms. */
const WATCH_MS = 500;
/** Largest message of the health service's clients, bytes. */
const HEALTH_MESSAGE_BYTES = 4096;

/** The server that gateways ask, and the one that says whether they should. */
export class GrpcFront {
  readonly #options: GrpcFrontOptions;
  #extProc: GrpcServer | undefined;
  #health: GrpcServer | undefined;
  #unwatch: Release | undefined;

  public constructor(options: GrpcFrontOptions) {
    this.#options = options;
  }

  /** Streams of gateways that are open. */
  public get streams(): number {
    return this.#extProc?.streams ?? 0;
  }

  /** Listens on both ports. Rejects when it cannot, with nothing left open. */
  public async start(): Promise<GrpcPorts> {
    const { grpc, healthPort, host, onFault } = this.#options;
    const tls = grpc.tls && (await loadTls(grpc.tls, new Date(this.#options.clock.wallTime())));
    const health = this.#healthMethods();
    const shared = {
      keepaliveMs: KEEPALIVE_MS,
      onFault: (error: unknown) => {
        onFault('grpc', error);
      },
    };
    const methods = new Map([...this.#extProcMethods(), ...(grpc.healthChecking ? health : [])]);
    const extProc = new GrpcServer({ ...shared, methods, maxMessageBytes: grpc.maxMessageBytes, tls });
    this.#extProc = extProc;
    this.#health = new GrpcServer({
      ...shared,
      methods: health,
      maxMessageBytes: HEALTH_MESSAGE_BYTES,
      tls: undefined,
    });
    try {
      const ports = {
        grpc: await extProc.listen(grpc.port, host),
        health: await this.#health.listen(healthPort, host),
      };
      if (grpc.tls !== undefined) this.#unwatch = this.#watchTls(grpc.tls, extProc);
      return ports;
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  /** Waits for the streams of gateways to end, or for `deadlineMs`; health checks go on. */
  public async drain(deadlineMs: number): Promise<void> {
    this.#unwatch?.();
    await this.#extProc?.drain(deadlineMs);
  }

  /** Breaks everything off. */
  public destroy(): void {
    this.#unwatch?.();
    this.#extProc?.destroy();
    this.#health?.destroy();
  }

  #extProcMethods(): ReturnType<typeof extProcMethods> {
    const { director, clock, grpc, observer, onFault } = this.#options;
    return extProcMethods({
      director,
      clock,
      maxBodyBytes: grpc.maxBodyBytes,
      maxHeldBytes: HELD_BODIES_BYTES,
      onFault: (error) => {
        onFault('ext_proc', error);
      },
      observer,
    });
  }

  #healthMethods(): ReturnType<typeof healthMethods> {
    const { readiness } = this.#options;
    return healthMethods({
      status: (service) => readiness.status(service),
      services: HEALTH_SERVICES,
      watchIntervalMs: WATCH_MS,
    });
  }

  #watchTls(tls: NonNullable<GrpcOptions['tls']>, server: GrpcServer): Release {
    return watchTls(tls, {
      onChange: (changed) => {
        server.setTls(changed);
      },
      onError: (error) => {
        this.#options.onFault('certificate', error);
      },
    });
  }
}
