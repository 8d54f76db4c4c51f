import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Release } from '../../picker/time';
import type { ReplicaSettings } from '../../simulator/replica/replica';
import type { PodPhase } from '../admin/state';
import type { VllmSettings } from '../manifests/vllm-arguments';
import type { SocketAddress } from '../routing/types';
import { Engine, type EngineObserver, type Timing } from './engine';
import { ModelApi } from './model-api';
import { ServerMetrics } from './metrics';
import { ServedModels } from './served-models';

/** What a simulated server is. */
export interface ModelServerOptions {
  /** Name of its pod. */
  readonly name: string;
  readonly settings: VllmSettings;
  readonly replica: ReplicaSettings;
  /** Longest prompt and answer together, tokens. */
  readonly maxTokens: number;
  /** Time until it is ready, ms. */
  readonly loadMs: number;
  /** Factor by which it is faster than the real one. */
  readonly speed: number;
  readonly timing: Timing;
  /** Told of every change of `phase`. */
  readonly onPhase?: ((phase: PodPhase) => void) | undefined;
  /** Told of requests, beside the server's own metrics. */
  readonly observer?: EngineObserver | undefined;
}

const HOST = '127.0.0.1';

/** Longer than gateways keep idle connections, so that none is closed just as it is used again, ms. */
const KEEP_ALIVE_MS = 120_000;

/** A simulated vLLM server: its HTTP interface on a loopback port, its answers from a replica of the simulator. */
export class ModelServer {
  public readonly name: string;
  public readonly models: ServedModels;
  readonly #options: ModelServerOptions;
  readonly #engine: Engine;
  readonly #http: http.Server;
  #phase: PodPhase = 'loading';
  #loading: Release | undefined;
  #served = 0;

  public constructor(options: ModelServerOptions) {
    const { settings, replica, timing, speed } = options;
    this.#options = options;
    this.name = options.name;
    this.models = new ServedModels(settings);
    const { blocks, prefixCaching } = replica;
    const metrics = new ServerMetrics({ blocks, prefixCaching, maxLoras: settings.maxLoras }, this.models.baseName);
    this.#engine = new Engine({ settings: replica, timing, speed, observer: this.#observer(metrics) });
    const api = new ModelApi({
      name: options.name,
      engine: this.#engine,
      models: this.models,
      metrics,
      maxTokens: options.maxTokens,
      clock: timing,
      ready: () => this.#phase === 'ready' || this.#phase === 'draining',
    });
    this.#http = http.createServer((request, response) => {
      api.answer(request, response);
    });
    this.#http.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  public get phase(): PodPhase {
    return this.#phase;
  }

  /** Where it listens. */
  public get address(): SocketAddress {
    const { port } = this.#http.address() as AddressInfo;
    return { address: HOST, port };
  }

  /** Its queue, batch and cache, up to date. */
  public get engine(): Engine {
    this.#engine.settle();
    return this.#engine;
  }

  /** Requests that it answered. */
  public get served(): number {
    return this.#served;
  }

  /** Listens on a free port and begins to load the model. */
  public async start(): Promise<SocketAddress> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(0, HOST, () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
    const { address } = this;
    this.#options.onPhase?.('loading');
    this.#loading = this.#options.timing.after(this.#options.loadMs, () => {
      this.#enter('ready');
    });
    return address;
  }

  /** Ends at once, with everything that it is doing. */
  public async kill(): Promise<void> {
    this.#loading?.();
    this.#enter('gone');
    this.#engine.stop();
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => {
        resolve();
      });
    });
    this.#http.closeAllConnections();
    await closed;
  }

  #enter(phase: PodPhase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#options.onPhase?.(phase);
  }

  #observer(metrics: ServerMetrics): EngineObserver {
    const other = this.#options.observer;
    return {
      arrived: () => other?.arrived?.(),
      admitted: (cached, prompt) => {
        metrics.admitted(cached, prompt);
        other?.admitted?.(cached, prompt);
      },
      firstToken: (seconds) => {
        metrics.firstToken(seconds);
        other?.firstToken?.(seconds);
      },
      ended: (served) => {
        if (served.outcome === 'completed') this.#served++;
        metrics.ended(served);
        other?.ended?.(served);
      },
    };
  }
}
