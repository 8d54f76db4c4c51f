import type { IncomingMessage } from 'node:http';

/** The body of a request as text; undefined when the client went away before its end. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of request) pieces.push(piece as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces).toString('utf8');
}
