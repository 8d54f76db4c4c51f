import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { GrpcCall, GrpcMethods } from '../../../lib/picker/io/grpc-call';
import { GrpcServer } from '../../../lib/picker/io/grpc-server';
import { RawClient } from '../../support/picker/ext-proc-client';
import { framed } from '../../support/picker/ext-proc-messages';
import { END_HEADERS, END_STREAM, literals, PREFACE, rawFrame, Type } from '../../support/picker/http2-frames';
import { until } from '../../support/picker/served-director';

/** What a service was told, and its side of the last call. */
interface Seen {
  readonly events: string[];
  call: GrpcCall | undefined;
}

/** `/test/Echo` sends back what it gets, `/test/Note` only notes it, `/test/Throw` fails. */
function testMethods(seen: Seen): GrpcMethods {
  const receiver = (
    call: GrpcCall,
    onMessage: (payload: Uint8Array) => void,
  ): ReturnType<NonNullable<ReturnType<GrpcMethods['get']>>> => {
    seen.call = call;
    return {
      message: onMessage,
      halfClosed: () => {
        seen.events.push('halfClosed');
        call.close(0, '');
      },
      drained: () => {
        seen.events.push('drained');
      },
      cancelled: () => {
        seen.events.push('cancelled');
      },
    };
  };
  return new Map([
    ['/test/Echo', (call: GrpcCall) => receiver(call, (payload) => call.send(framed(payload)))],
    ['/test/Note', (call: GrpcCall) => receiver(call, (payload) => seen.events.push(Buffer.from(payload).toString()))],
    [
      '/test/Throw',
      (call: GrpcCall) =>
        receiver(call, () => {
          throw new Error('broken');
        }),
    ],
  ]);
}

let server: GrpcServer;
let client: RawClient | undefined;
let port: number;
let seen: Seen;
let faults: unknown[];

async function start(keepaliveMs = 60_000): Promise<number> {
  faults = [];
  seen = { events: [], call: undefined };
  server = new GrpcServer({
    methods: testMethods(seen),
    maxMessageBytes: 1000,
    tls: undefined,
    keepaliveMs,
    onFault: (error) => faults.push(error),
  });
  return server.listen(0, '127.0.0.1');
}

async function connect(): Promise<RawClient> {
  port = await start();
  client = await RawClient.connect(`http://127.0.0.1:${port}`);
  return client;
}

afterEach(() => {
  client?.destroy();
  client = undefined;
  server.destroy();
});

describe('calls', () => {
  test('messages cut anywhere arrive whole', async () => {
    const call = (await connect()).call('/test/Echo');
    const bytes = Buffer.concat([framed(Buffer.from('one')), framed(Buffer.alloc(0)), framed(Buffer.from('three'))]);

    for (const byte of bytes) {
      call.stream.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }

    const messages = [await call.next(), await call.next(), await call.next()];
    expect(messages.map(String)).toEqual(['one', '', 'three']);
  });

  test('headers come before the first message, trailers after the last', async () => {
    const call = (await connect()).call('/test/Echo');

    call.send(Buffer.from('x'));
    await call.next();
    call.halfClose();
    const end = await call.end();

    expect(end.headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
    expect(end.headers['grpc-status']).toBeUndefined();
    expect(end.status).toBe(0);
  });

  test('a call without messages ends by headers alone', async () => {
    const call = (await connect()).call('/test/Echo');

    call.halfClose();

    expect((await call.end()).headers).toMatchObject({ ':status': 200, 'grpc-status': '0' });
  });

  test('what is sent after the end goes nowhere', async () => {
    const call = (await connect()).call('/test/Note');
    call.send(Buffer.from('x'));
    await until(() => seen.events.length > 0);

    seen.call?.close(14, 'going away: 100 % sure, grüße');
    seen.call?.close(0, '');
    expect(seen.call?.send(framed(Buffer.from('late')))).toBe(false);

    expect(await call.end()).toMatchObject({ status: 14, message: 'going away: 100 % sure, grüße' });
    expect(seen.events).toEqual(['x']);
  });

  test('an end from outside reaches a client that is still sending', async () => {
    const call = (await connect()).call('/test/Echo');
    call.send(Buffer.from('x'));
    await call.next();

    seen.call?.close(0, '');

    expect((await call.end()).status).toBe(0);
    await until(() => server.streams === 0);
  });

  test('a client that is gone is told of once', async () => {
    const call = (await connect()).call('/test/Note');
    call.send(Buffer.from('x'));
    await until(() => seen.events.length > 0);

    call.stream.destroy();
    await until(() => server.streams === 0);

    expect(seen.events).toEqual(['x', 'cancelled']);
  });

  test('a call whose time is over ends, and its service hears of it', async () => {
    const call = (await connect()).call('/test/Note', { 'grpc-timeout': '5m' });

    expect(await call.end()).toMatchObject({ status: 4, message: 'the time that the client gave is over' });
    expect(seen.events).toEqual(['cancelled']);
  });

  test('thousands of streams that are reset at once take no other with them', async () => {
    const gateway = await connect();
    const other = gateway.call('/test/Echo');
    const calls = Array.from({ length: 3000 }, () => gateway.call('/test/Note'));
    for (const call of calls) call.send(Buffer.from('x'));
    await until(() => seen.events.length === 3000);

    for (const call of calls) call.stream.destroy();
    await until(() => seen.events.length === 6000);
    other.send(Buffer.from('alive'));

    expect(String(await other.next())).toBe('alive');
    expect(seen.events.filter((event) => event === 'cancelled')).toHaveLength(3000);
  });
});

describe('calls that are refused', () => {
  test('unknown methods', async () => {
    const call = (await connect()).call('/test/Nothing');

    expect(await call.end()).toMatchObject({ status: 12, message: 'there is no method /test/Nothing' });
  });

  test.each([
    ['another content type', { 'content-type': 'application/json' }, 415],
    ['a content type that only starts like gRPC', { 'content-type': 'application/grpcs' }, 415],
    ['another method than POST', { ':method': 'GET' }, 405],
  ])('%s', async (_, headers, status) => {
    const call = (await connect()).call('/test/Echo', headers);

    expect((await call.end()).headers[':status']).toBe(status);
  });

  test.each(['application/grpc+proto', 'application/grpc;charset=utf-8'])(
    'but not the content type %s',
    async (type) => {
      const call = (await connect()).call('/test/Echo', { 'content-type': type });
      call.halfClose();

      expect((await call.end()).status).toBe(0);
    },
  );

  test('messages over the limit', async () => {
    const call = (await connect()).call('/test/Echo');

    call.send(Buffer.alloc(1001));

    expect(await call.end()).toMatchObject({
      status: 8,
      message: 'a message of 1001 bytes is longer than the limit of 1000',
    });
    expect(seen.events).toEqual(['cancelled']);
  });

  test('compressed messages, with the encodings that are taken', async () => {
    const call = (await connect()).call('/test/Echo', { 'grpc-encoding': 'gzip' });

    call.stream.write(framed(Buffer.from('x'), 1));

    const end = await call.end();
    expect(end).toMatchObject({ status: 12, message: 'compressed messages are not taken' });
    expect(end.headers['grpc-accept-encoding']).toBe('identity');
  });

  test('streams that end inside a message', async () => {
    const call = (await connect()).call('/test/Echo');

    call.stream.end(framed(Buffer.from('abc')).subarray(0, 6));

    expect(await call.end()).toMatchObject({ status: 13, message: 'the stream ended inside a message' });
  });

  test('a service that throws ends its call and no other', async () => {
    const gateway = await connect();
    const other = gateway.call('/test/Echo');
    const call = gateway.call('/test/Throw');

    call.send(Buffer.from('x'));
    const end = await call.end();
    other.send(Buffer.from('y'));

    expect(end).toMatchObject({ status: 13, message: 'the server failed' });
    expect(String(await other.next())).toBe('y');
    expect(faults).toEqual([new Error('broken')]);
  });
});

describe('the end of the server', () => {
  test('waits for streams that are open, and takes none afterwards', async () => {
    const gateway = await connect();
    const call = gateway.call('/test/Echo');
    call.send(Buffer.from('before'));
    await call.next();
    let isDrained = false;

    const drained = server.drain(30_000).then(() => {
      isDrained = true;
    });
    await once(gateway.session, 'goaway');
    call.send(Buffer.from('after'));
    const echoed = String(await call.next());
    const wasDrained = isDrained;
    call.halfClose();
    const end = await call.end();
    await drained;

    expect(echoed).toBe('after');
    expect(wasDrained).toBe(false);
    expect(end.status).toBe(0);
    await expect(RawClient.connect(gateway.session.originSet?.[0] ?? 'http://127.0.0.1:9')).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  test('serves streams that were opened before the client heard of it', async () => {
    port = await start();
    const socket = connectTcp(port, '127.0.0.1');
    socket.write(Buffer.concat([PREFACE, rawFrame(Type.SETTINGS, 0, 0)]));
    await once(socket, 'data');
    let received = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => (received = Buffer.concat([received, bytes])));

    const drained = server.drain(30_000);
    const headers = {
      ':method': 'POST',
      ':scheme': 'http',
      ':authority': 'picker',
      ':path': '/test/Echo',
      'content-type': 'application/grpc',
    };
    socket.write(rawFrame(Type.HEADERS, END_HEADERS, 1, literals(headers)));
    socket.write(rawFrame(Type.DATA, END_STREAM, 1, framed(Buffer.from('in time'))));
    await drained;

    expect(received.includes(framed(Buffer.from('in time')))).toBe(true);
    expect(seen.events).toEqual(['halfClosed']);
    socket.destroy();
  });

  test('ends connections without streams at once', async () => {
    const gateway = await connect();
    const closed = once(gateway.session, 'close');

    await server.drain(30_000);
    await closed;
  });

  test('breaks off what is left at the deadline', async () => {
    const gateway = await connect();
    const call = gateway.call('/test/Note');
    call.send(Buffer.from('x'));
    await until(() => seen.events.length > 0);

    await server.drain(20);

    expect(seen.events).toEqual(['x', 'cancelled']);
  });
});

test('a client that answers no pings is gone', async () => {
  port = await start(20);
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined).resume();

  socket.write(Buffer.concat([PREFACE, rawFrame(Type.SETTINGS, 0, 0)]));

  await once(socket, 'close');
});

test('a port that is taken is an error', async () => {
  port = await start();
  const second = new GrpcServer({
    methods: new Map(),
    maxMessageBytes: 1,
    tls: undefined,
    keepaliveMs: 1e6,
    onFault: () => undefined,
  });

  await expect(second.listen(port, '127.0.0.1')).rejects.toThrow('EADDRINUSE');
});
