import type { ServerResponse } from 'node:http';

/** Clients that follow server-sent events. */
export class EventFeed {
  readonly #clients = new Set<ServerResponse>();

  public get size(): number {
    return this.#clients.size;
  }

  /** Takes a client, and sends it a first event. */
  public add(response: ServerResponse, data: string): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#clients.add(response);
    response.on('close', () => {
      this.#clients.delete(response);
    });
    write(response, data);
  }

  /** Sends an event to everybody who still reads: one that does not misses it, and takes no memory. */
  public send(data: string): void {
    for (const client of this.#clients) if (!client.writableNeedDrain) write(client, data);
  }
}

function write(response: ServerResponse, data: string): void {
  response.write(`data: ${data}\n\n`);
}
