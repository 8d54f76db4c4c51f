import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BodyCursor } from '../../lib/picker/protocol/body-cursor';
import { FrameReader } from '../../lib/picker/protocol/frame';
import { decodeProcessingRequest, type Direction, type ProcessingRequest } from '../../lib/picker/protocol/requests';
import { ResponseEncoder } from '../../lib/picker/protocol/responses';

/** A stream of a gateway, and what a test's script says on it. */
export class ScriptedStream {
  public readonly messages: ProcessingRequest[] = [];
  public isClosed = false;
  public readonly encoder = new ResponseEncoder((bytes) => Buffer.alloc(bytes));
  #status = 0;

  public constructor(private readonly stream: ServerHttp2Stream) {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': String(this.#status) });
    });
    stream.on('error', () => undefined);
    stream.on('close', () => (this.isClosed = true));
  }

  public say(frame: Uint8Array): void {
    this.stream.write(frame);
  }

  public route(destination: string, setHeaders: readonly (readonly [string, string])[] = []): void {
    this.say(this.encoder.route({ destination, scores: undefined, setHeaders, removeHeaders: ['x-secret'] }));
  }

  public body(direction: Direction, text: string, endOfStream: boolean): void {
    const cursor = new BodyCursor([Buffer.from(text)]);
    this.say(this.encoder.body(direction, cursor, cursor.left, endOfStream));
  }

  public end(status: number): void {
    this.#status = status;
    this.stream.end();
  }
}

/** Takes a message of a stream and says what it likes. */
export type Script = (message: ProcessingRequest, stream: ScriptedStream) => void;

/** An external processor over node:http2 that follows a script. */
export class ScriptedPicker {
  public readonly streams: ScriptedStream[] = [];
  readonly #sessions = new Set<ServerHttp2Session>();

  private constructor(
    private readonly server: Http2Server,
    public script: Script,
  ) {
    server.on('session', (session) => {
      this.#sessions.add(session);
    });
    server.on('stream', (stream) => {
      this.#serve(stream);
    });
  }

  public static async start(script: Script): Promise<ScriptedPicker> {
    const server = createServer();
    const picker = new ScriptedPicker(server, script);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return picker;
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  public get sessions(): number {
    return this.#sessions.size;
  }

  /** Breaks all connections off. */
  public dropConnections(): void {
    for (const session of this.#sessions) session.destroy();
  }

  public async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.dropConnections();
    await closed;
  }

  #serve(stream: ServerHttp2Stream): void {
    const scripted = new ScriptedStream(stream);
    this.streams.push(scripted);
    const frames = new FrameReader(1 << 24, (bytes) => Buffer.alloc(bytes));
    stream.on('data', (chunk: Buffer) => {
      frames.push(chunk, (bytes) => {
        const message = decodeProcessingRequest(Uint8Array.from(bytes));
        scripted.messages.push(message);
        this.script(message, scripted);
        return true;
      });
    });
    stream.on('end', () => {
      if (!stream.writableEnded) stream.end();
    });
  }
}

/** A script that sends every request to one endpoint and lets everything pass. */
export function sendTo(destination: () => string): Script {
  return (message, stream) => {
    const { direction } = message;
    switch (message.kind) {
      case 'headers':
        if (direction === 'request') stream.route(destination(), [['x-picked', 'yes']]);
        else stream.say(stream.encoder.headers('response', [['x-seen', 'yes']]));
        return;
      case 'body':
        stream.body(direction, Buffer.from(message.body).toString(), message.endOfStream);
        return;
      case 'trailers':
      case 'unknown':
        return;
    }
  };
}
