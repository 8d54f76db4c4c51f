import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { SocketAddress } from '../routing/types';
import { hostPort } from './rotation';

/** A port that cannot be listened on. */
export class ListenError extends Error {
  public constructor(where: SocketAddress, cause: NodeJS.ErrnoException) {
    super(`listen on ${hostPort(where)}: ${REASONS.get(cause.code) ?? cause.message}`, { cause });
    this.name = 'ListenError';
  }
}

/** By error code. */
const REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ['EADDRINUSE', 'the port is taken by another process; choose another with --port'],
  ['EACCES', 'this user may not listen on the port; choose one above 1023 with --port'],
  ['EADDRNOTAVAIL', 'this machine does not have the address'],
]);

/** Starts to listen and returns the address with the port that it got. Throws a `ListenError`. */
export function listenOn(server: Server, where: SocketAddress): Promise<SocketAddress> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(new ListenError(where, error));
    });
    server.listen(where.port, where.address, () => {
      server.removeAllListeners('error');
      resolve({ address: where.address, port: (server.address() as AddressInfo).port });
    });
  });
}

/** The address with a port that is free, for a process that will listen there. Throws a `ListenError`. */
export async function freeAddress(where: SocketAddress): Promise<SocketAddress> {
  const server = createServer();
  const found = await listenOn(server, where);
  await new Promise((resolve) => server.close(resolve));
  return found;
}
