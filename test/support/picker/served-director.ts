import { extProcMethods, type ExtProcOptions } from '../../../lib/picker/io/ext-proc-server';
import type { GrpcMethods } from '../../../lib/picker/io/grpc-call';
import { GrpcServer, type GrpcServerOptions } from '../../../lib/picker/io/grpc-server';
import { RawClient } from './ext-proc-client';
import { FakeDirector } from './fake-director';

export interface ServedOptions
  extends Partial<ExtProcOptions>, Partial<Omit<GrpcServerOptions, 'methods' | 'onFault'>> {
  /** Served beside the external processor. */
  readonly more?: GrpcMethods;
}

/** A director behind the real server, and clients of it. */
export class ServedDirector {
  readonly #clients: RawClient[] = [];

  private constructor(
    public readonly director: FakeDirector,
    public readonly server: GrpcServer,
    public readonly port: number,
    public readonly faults: readonly unknown[],
    private readonly scheme: 'http' | 'https',
  ) {}

  public static async start(options: ServedOptions = {}): Promise<ServedDirector> {
    const director = new FakeDirector();
    const faults: unknown[] = [];
    const onFault = (error: unknown): void => {
      faults.push(error);
    };
    const methods = extProcMethods({
      director,
      clock: { now: () => performance.now(), wallTime: () => Date.now() },
      maxBodyBytes: 64 * 2 ** 20,
      maxHeldBytes: 512 * 2 ** 20,
      onFault,
      ...options,
    });
    const server = new GrpcServer({
      maxMessageBytes: 4 * 2 ** 20,
      tls: undefined,
      keepaliveMs: 60_000,
      ...options,
      methods: new Map([...methods, ...(options.more ?? [])]),
      onFault,
    });
    const port = await server.listen(0, '127.0.0.1');
    return new ServedDirector(director, server, port, faults, options.tls === undefined ? 'http' : 'https');
  }

  public async client(): Promise<RawClient> {
    const client = await RawClient.connect(`${this.scheme}://127.0.0.1:${this.port}`);
    this.#clients.push(client);
    return client;
  }

  /** Breaks everything off. */
  public stop(): void {
    for (const client of this.#clients) client.destroy();
    this.server.destroy();
  }
}

/** Waits until something holds; the test's own time limit ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
