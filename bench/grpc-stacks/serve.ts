/** Serves the picker's protocol on one stack and tells its parent the port. */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import type { GrpcCall, GrpcMethod, GrpcReceiver } from '../../lib/picker/io/grpc-call';
import { PROCESS_PATH } from '../../lib/picker/io/ext-proc-server';
import { GrpcServer } from '../../lib/picker/io/grpc-server';
import { benchMethods } from './service';

const PREFIX = 5;

async function serve(stack: string): Promise<number> {
  const methods = benchMethods();
  if (stack === 'node:http2') {
    const options = { methods, maxMessageBytes: 4 * 2 ** 20, tls: undefined, keepaliveMs: 60_000 };
    return new GrpcServer({ ...options, onFault: console.error }).listen(0, '127.0.0.1');
  }
  const method = methods.get(PROCESS_PATH);
  if (method === undefined) throw new Error('the service has no method');
  return serveGrpcJs(method);
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
