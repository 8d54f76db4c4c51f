import type { Timing } from '../../../lib/local/model-server/engine';
import { systemTiming } from '../../../lib/local/model-server/io/timing';
import { ModelServer, type ModelServerOptions } from '../../../lib/local/model-server/model-server';
import type { ServerDeployment } from '../../../lib/local/manifests/topology';
import type { VllmSettings } from '../../../lib/local/manifests/vllm-arguments';
import { replicaSettings } from '../simulator/builders';

/** Settings of a small server with two adapters. */
export function vllmSettings(given: Partial<VllmSettings> = {}): VllmSettings {
  return {
    model: 'acme/base-8B',
    servedNames: ['acme/base-8B'],
    port: 8000,
    tensorParallel: 1,
    pipelineParallel: 1,
    gpuMemoryUtilization: 0.9,
    maxModelLength: undefined,
    maxSequences: undefined,
    maxBatchedTokens: undefined,
    quantization: undefined,
    dataType: undefined,
    fp8KvCache: false,
    prefixCaching: true,
    apiKey: false,
    maxLoras: 2,
    maxCpuLoras: 4,
    adapters: ['support', 'code'],
    ...given,
  };
}

/** A Deployment of one small server. */
export function serverDeployment(given: Partial<ServerDeployment> = {}): ServerDeployment {
  return {
    name: 'llm',
    namespace: 'inference',
    replicas: 1,
    podLabels: { app: 'llm' },
    settings: vllmSettings({ model: 'meta-llama/Llama-3.1-8B-Instruct', maxModelLength: 8192 }),
    acceleratorLabel: 'nvidia-l4',
    gpus: 1,
    readinessPath: '/health',
    where: 'llm.yaml:1',
    ...given,
  };
}

const running: ModelServer[] = [];

/** A server that is ready at once, unless `loadMs` is given, and runs a thousand times as fast as its steps of 10 ms say. */
export async function serveModel(given: Partial<ModelServerOptions> = {}): Promise<ModelServer> {
  const server = new ModelServer({
    name: 'pod-1',
    settings: vllmSettings(),
    replica: replicaSettings({
      blocks: 1000,
      maxTokens: 4096,
      limits: { tokens: 2048, sequences: 64 },
      adapters: { slots: 2, inMemory: 4, copyMs: 5, readMs: 50 },
    }),
    maxTokens: 4096,
    loadMs: 0,
    speed: 1000,
    timing: systemTiming,
    ...given,
  });
  running.push(server);
  await server.start();
  while (server.phase === 'loading' && given.loadMs === undefined) await new Promise(setImmediate);
  return server;
}

/** Address of a server as clients write it. */
export function urlOf(server: ModelServer, path = ''): string {
  return `http://127.0.0.1:${server.address.port}${path}`;
}

/** Ends every server that a test started. */
export async function stopServers(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.kill()));
}

/** Time that a test moves by hand. */
export class ManualTiming implements Timing {
  #now = 0;
  readonly #calls = new Set<{ readonly at: number; readonly call: () => void }>();

  public now(): number {
    return this.#now;
  }

  public wallTime(): number {
    return 1_700_000_000_000 + this.#now;
  }

  public after(ms: number, call: () => void): () => void {
    const entry = { at: this.#now + ms, call };
    this.#calls.add(entry);
    return () => void this.#calls.delete(entry);
  }

  /** Calls that are still to come. */
  public get pending(): number {
    return this.#calls.size;
  }

  /** Lets time pass, with every call at its moment. */
  public pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#calls].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#calls.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
    this.#now = end;
  }
}
