import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import type { EnvoyPool, EnvoyStack, PoolReach } from '../../lib/local/envoy/types';
import { ModelServer, type ModelServerOptions } from '../support/picker/model-server';
import { freePort, type RunningEnvoy, startEnvoy, until } from './envoy-process';
import { type EndpointsFile, PickerProcess } from './picker-process';

export interface RigOptions {
  readonly servers?: readonly ModelServerOptions[];
  readonly config?: string;
  readonly pickerArgs?: readonly string[];
  readonly objectives?: EndpointsFile['objectives'];
  readonly rewrites?: EndpointsFile['rewrites'];
  readonly failureMode?: EnvoyPool['failureMode'];
  /** How Envoy reaches the chosen pod. */
  readonly reach?: 'original-dst' | 'override-host';
  readonly tls?: boolean;
  /** Whether the picker starts without any endpoint. */
  readonly empty?: boolean;
}

/** What a client got. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Which model server answered; undefined when none did. */
  readonly pod: string | undefined;
  /** Times of the body's pieces, ms after the request was sent, and their text. */
  readonly pieces: readonly { readonly at: number; readonly text: string }[];
}

/** Client, real Envoy, the shipped picker, and model servers over HTTP. */
export class Rig {
  #last: readonly { readonly text: string }[] = [];

  private constructor(
    public readonly envoy: RunningEnvoy,
    public readonly picker: PickerProcess,
    public readonly servers: readonly ModelServer[],
    private readonly options: RigOptions,
  ) {}

  public static async start(options: RigOptions = {}): Promise<Rig> {
    const wanted = options.servers ?? ['a', 'b', 'c'].map((name) => ({ name: `pod-${name}` }));
    const servers = await Promise.all(wanted.map((server) => ModelServer.start(server)));
    const tls = options.tls ?? true;
    const picker = await PickerProcess.start({
      endpoints: endpointsOf(options.empty === true ? [] : servers, options),
      args: [`--secure-serving=${tls}`, ...(options.pickerArgs ?? [])],
      ...(options.config === undefined ? {} : { config: options.config }),
    });
    const envoy = await startEnvoy(await stackOf(servers, picker, options));
    const rig = new Rig(envoy, picker, servers, options);
    await rig.pickerSeen();
    return rig;
  }

  /** Waits until Envoy holds the picker for healthy. */
  public async pickerSeen(): Promise<void> {
    await until('Envoy to find the picker healthy', async () => (await this.#healthyPickers()) === 1);
  }

  /**
   * Waits until Envoy knows that the picker is gone. Before, it sends bodies to a connection that is about to fail, and
   * with the first piece of a body the time to fail open has passed (envoyproxy/envoy#41276).
   */
  public async pickerMissed(): Promise<void> {
    await until('Envoy to miss the picker', async () => (await this.#healthyPickers()) === 0);
  }

  #healthyPickers(): Promise<number> {
    return this.envoy.stat('cluster.picker-of-pool.membership_healthy');
  }

  public server(name: string): ModelServer {
    const found = this.servers.find((server) => server.name === name);
    if (found === undefined) throw new Error(`no server ${name}`);
    return found;
  }

  /** Tells the picker which of the servers there are. */
  public setServers(servers: readonly ModelServer[]): void {
    this.picker.setEndpoints(endpointsOf(servers, this.options));
  }

  /** Sends a completion; `body` may be an object, or pieces of a body that are sent one by one. */
  public complete(
    body: object | readonly (string | Buffer)[],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const pieces = Array.isArray(body) ? (body as readonly (string | Buffer)[]) : [JSON.stringify(body)];
    return this.send({ method: 'POST', path: '/v1/completions', headers }, pieces);
  }

  public async send(options: RequestOptions, pieces: readonly (string | Buffer)[] = []): Promise<Answer> {
    const [listener] = this.envoy.stack.listeners;
    const length = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
    const headers = {
      ...(pieces.length === 1 ? { 'content-length': length, 'content-type': 'application/json' } : {}),
      ...(options.headers as Record<string, string>),
    };
    const sent = performance.now();
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', ...options, port: listener?.port, headers, agent: false });
      request.once('error', reject);
      request.once('response', (response) => {
        const received: { at: number; text: string }[] = [];
        this.#last = received;
        response.setEncoding('utf8');
        response.on('data', (text: string) => received.push({ at: performance.now() - sent, text }));
        response.once('error', reject);
        response.once('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: received.map(({ text }) => text).join(''),
            pod: response.headers['x-inference-pod'] as string | undefined,
            pieces: received,
          });
        });
      });
      void writeAll(request, pieces);
    });
  }

  /** Polls until something holds. */
  public until(holds: () => boolean | Promise<boolean>): Promise<void> {
    return until(holds.toString(), holds);
  }

  /** Waits until the picker read every server's metrics again, from now on. */
  public async metricsRead(): Promise<void> {
    const before = this.servers.map(({ scrapes }) => scrapes);
    // The second reading began after the first had ended, so it is wholly later than this call.
    await this.until(() => this.servers.every(({ scrapes }, i) => scrapes >= (before[i] ?? 0) + 2));
  }

  /** Ready endpoints as the picker counts them. */
  public async readyEndpoints(): Promise<number> {
    const { pool } = (await this.picker.debug('state')) as { pool: { endpoints: readonly unknown[] } };
    return pool.endpoints.length;
  }

  /** Waits until the client of the last request has a number of events, and returns how many it has. */
  public async clientGot(events: number): Promise<number> {
    await this.until(() => this.#eventsOf() >= events);
    return this.#eventsOf();
  }

  #eventsOf(): number {
    return (
      this.#last
        .map(({ text }) => text)
        .join('')
        .match(/^data: \{"id":"[^"]+","model":"[^"]+","choices":\[\{/gm) ?? []
    ).length;
  }

  public async stop(): Promise<void> {
    await this.envoy.stop();
    await this.picker.stop();
    await Promise.all(this.servers.map((server) => server.close().catch(() => undefined)));
  }
}

async function writeAll(request: ReturnType<typeof httpRequest>, pieces: readonly (string | Buffer)[]): Promise<void> {
  for (const piece of pieces) {
    if (request.destroyed) return;
    if (!request.write(piece)) await new Promise((resolve) => request.once('drain', resolve).once('close', resolve));
    // A turn of the event loop between pieces, so that they do not leave as one.
    if (pieces.length > 1) await new Promise((resolve) => setImmediate(resolve));
  }
  request.end();
}

function endpointsOf(servers: readonly ModelServer[], { objectives, rewrites }: RigOptions): EndpointsFile {
  return {
    endpoints: servers.map(({ name, port }) => ({ name, address: '127.0.0.1', port })),
    ...(objectives === undefined ? {} : { objectives }),
    ...(rewrites === undefined ? {} : { rewrites }),
  };
}

async function stackOf(
  servers: readonly ModelServer[],
  { ports }: PickerProcess,
  { reach = 'original-dst', failureMode = 'FailClose', tls = true }: RigOptions,
): Promise<EnvoyStack> {
  const endpoints = servers.map(({ port }) => ({ address: '127.0.0.1', port }));
  const how: PoolReach = reach === 'original-dst' ? { kind: reach } : { kind: reach, endpoints };
  const route = { match: { path: { kind: 'prefix', value: '/' } }, targets: [{ name: 'pool', weight: 1 }] } as const;
  const virtualHosts = [{ name: 'all', domains: ['*'], routes: [route] }];
  return {
    admin: { address: '127.0.0.1', port: await freePort() },
    listeners: [{ name: 'http', address: '127.0.0.1', port: await freePort(), virtualHosts }],
    pools: [
      {
        name: 'pool',
        picker: { address: '127.0.0.1', port: ports.grpc, healthPort: ports.health, tls },
        failureMode,
        reach: how,
      },
    ],
    services: [],
    subsetHeader: 'x-test-subset',
  };
}
