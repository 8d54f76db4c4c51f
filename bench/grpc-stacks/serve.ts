/** Serves the picker's protocol on one stack and tells its parent the port. */
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import type { GrpcCall, GrpcMethod, GrpcReceiver } from '../../lib/picker/io/grpc-call';
import { PROCESS_PATH } from '../../lib/picker/io/ext-proc-server';
import { FrameReader } from '../../lib/picker/protocol/frame';
import { GrpcServer } from '../../lib/picker/io/grpc-server';
import { benchMethods } from './service';

const PREFIX = 5;

async function serve(stack: string): Promise<number> {
  const methods = benchMethods();
  if (stack === 'own HTTP/2') {
    const options = { methods, maxMessageBytes: 4 * 2 ** 20, tls: undefined, keepaliveMs: 60_000 };
    return new GrpcServer({ ...options, onFault: console.error }).listen(0, '127.0.0.1');
  }
  const method = methods.get(PROCESS_PATH);
  if (method === undefined) throw new Error('the service has no method');
  return stack === 'node:http2' ? serveHttp2(method) : serveGrpcJs(method);
}

/** node:http2 with the framing of gRPC; answers to what came in one chunk are one write. */
function serveHttp2(method: GrpcMethod): Promise<number> {
  const server = createServer({ maxSessionMemory: 1000, settings: { initialWindowSize: 2 ** 20 } });
  server.on('session', (session) => {
    session.setLocalWindowSize(16 * 2 ** 20);
  });
  server.on('stream', (stream) => {
    let pending: Uint8Array[] = [];
    let end: number | undefined;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': String(end ?? 0) });
    });
    const receiver = method({
      send: (frame) => {
        pending.push(frame);
        return true;
      },
      close: (status) => {
        end = status;
      },
    });
    const flush = (): void => {
      const [only] = pending;
      if (only !== undefined) stream.write(pending.length === 1 ? only : Buffer.concat(pending));
      pending = [];
      if (end !== undefined) stream.end();
    };
    const frames = new FrameReader(4 * 2 ** 20, (bytes) => Buffer.allocUnsafe(bytes));
    stream.on('data', (bytes: Buffer) => {
      frames.push(bytes, (message) => {
        receiver.message(message);
        return true;
      });
      flush();
    });
    stream.on('end', () => {
      receiver.halfClosed();
      flush();
    });
    stream.on('error', () => undefined);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** grpc-js with messages as bytes. It makes its own prefixes, so those of the frames are cut off. */
function serveGrpcJs(method: GrpcMethod): Promise<number> {
  const server = new Server();
  const bytes = { serialize: (value: Buffer) => value, deserialize: (value: Buffer) => value };
  const definition = {
    path: PROCESS_PATH,
    requestStream: true,
    responseStream: true,
    requestSerialize: bytes.serialize,
    requestDeserialize: bytes.deserialize,
    responseSerialize: bytes.serialize,
    responseDeserialize: bytes.deserialize,
  };
  server.addService(
    { process: definition },
    {
      process: (stream: ServerDuplexStream<Buffer, Buffer>) => {
        const receiver = method(grpcJsCall(stream));
        follow(stream, receiver);
      },
    },
  );
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function grpcJsCall(stream: ServerDuplexStream<Buffer, Buffer>): GrpcCall {
  return {
    send: (frame) => stream.write(Buffer.from(frame.buffer, frame.byteOffset + PREFIX, frame.length - PREFIX)),
    close: (code, details) => {
      if (code === 0) stream.end();
      else stream.emit('error', { code, details });
    },
  };
}

function follow(stream: ServerDuplexStream<Buffer, Buffer>, receiver: GrpcReceiver): void {
  stream.on('data', (message: Buffer) => {
    receiver.message(message);
  });
  stream.on('end', () => {
    receiver.halfClosed();
  });
  stream.on('drain', () => {
    receiver.drained();
  });
  stream.on('cancelled', () => {
    receiver.cancelled();
  });
}

process.once('SIGINT', () => process.exit());
void serve(process.argv[2] ?? 'node:http2').then((port) => {
  process.send?.({ port });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000, rssMiB: process.memoryUsage.rss() / 2 ** 20 });
  });
});
