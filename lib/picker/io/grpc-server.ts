import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type Server as TlsServer } from 'node:tls';
import { GrpcConnection, type GrpcConnectionOptions } from './grpc-connection';

/** What a server serves, and how it is reached. */
export interface GrpcServerOptions extends GrpcConnectionOptions {
  /** Certificate and TLS settings; undefined to serve plaintext, HTTP/2 from the first byte. */
  readonly tls: SecureContextOptions | undefined;
}

/** A gRPC server. It has an HTTP/2 of its own: bench/grpc-stacks.ts says why. */
export class GrpcServer {
  readonly #server: Server;
  /** The same server, where it serves TLS. */
  readonly #tlsServer: TlsServer | undefined;
  readonly #connections = new Set<GrpcConnection>();

  public constructor(options: GrpcServerOptions) {
    const serve = (socket: Socket): void => {
      const connection = new GrpcConnection(socket, options, () => {
        this.#connections.delete(connection);
      });
      this.#connections.add(connection);
    };
    if (options.tls === undefined) this.#server = createServer(serve);
    else {
      this.#tlsServer = createTlsServer({ ...options.tls, ALPNProtocols: ['h2'] }, serve);
      this.#server = this.#tlsServer;
      this.#tlsServer.on('tlsClientError', () => undefined); // a port scan is no reason to stop
    }
  }

  /** Streams that are open. */
  public get streams(): number {
    let count = 0;
    for (const connection of this.#connections) count += connection.streams;
    return count;
  }

  /** Starts to listen and returns the port. Rejects when it cannot. */
  public listen(port: number, host?: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host }, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port); // an address of TCP is no text
      });
    });
  }

  /** Takes another certificate for connections to come; those that are open keep theirs. */
  public setTls(tls: SecureContextOptions): void {
    this.#tlsServer?.setSecureContext(tls);
  }

  /**
   * Takes no new connections, asks clients to open no new streams, and waits until those that are open have ended, or
   * for `deadlineMs`; what is left then is broken off. Streams that a client opened before it heard of it are served.
   */
  public async drain(deadlineMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const connection of this.#connections) void connection.retire();
    const timer = setTimeout(() => {
      this.destroy();
    }, deadlineMs);
    await closed;
    clearTimeout(timer);
  }

  /** Breaks every connection off. */
  public destroy(): void {
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
  }
}
