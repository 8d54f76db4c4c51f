import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Http2Connection } from '../../../../lib/picker/protocol/http2/connection';
import { encodeHeaders } from '../../../../lib/picker/protocol/http2/hpack-encoder';

let server: Server;
let client: ClientHttp2Session;
const seen: ReadonlyMap<string, string>[] = [];

/** Echoes bodies, with nghttp2 as the other side. */
beforeAll(async () => {
  server = createServer({ noDelay: true }, (socket) => {
    const flush = (): void => {
      for (const part of connection.takeOutput()) socket.write(part);
    };
    const connection = new Http2Connection({
      allocate: (bytes) => new Uint8Array(bytes),
      accept: (stream, headers) => {
        seen.push(headers);
        stream.respond(encodeHeaders([[':status', '200']]));
        return {
          data: (bytes) => {
            stream.write([bytes]);
          },
          end: () => {
            stream.end(encodeHeaders([['x-end', 'yes'.repeat(100)]]));
          },
          reset: () => undefined,
          drained: () => undefined,
        };
      },
      onOutput: () => {
        queueMicrotask(flush);
      },
      onPong: () => undefined,
    });
    socket.on('data', (bytes) => {
      connection.receive(bytes);
      flush();
    });
    socket.on('error', () => undefined);
    flush();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterAll(() => {
  client.destroy();
  server.close();
});

async function echo(body: Buffer, headers: Record<string, string> = {}): Promise<{ body: Buffer; trailer: unknown }> {
  const stream = client.request({ ':method': 'POST', ':path': '/', ...headers });
  const parts: Buffer[] = [];
  let trailer: unknown;
  stream.on('data', (bytes: Buffer) => parts.push(bytes));
  stream.on('trailers', (trailers) => (trailer = trailers['x-end']));
  stream.end(body);
  await once(stream, 'close');
  return { body: Buffer.concat(parts), trailer };
}

test.each([0, 1, 16_384, 16_385, 65_535, 65_536, 3_000_000])('echoes a body of %i bytes', async (length) => {
  const body = Buffer.alloc(length, 'abcdefg');

  const echoed = await echo(body);

  expect(echoed.body.equals(body)).toBe(true);
  expect(echoed.trailer).toBe('yes'.repeat(100));
});

test('reads every character that a header may have, as nghttp2 writes it', async () => {
  const characters = [...Array(256).keys()].filter((code) => code > 0x20 && code !== 0x7f);
  const value = String.fromCharCode(...characters);
  // Short ones are the ones that are Huffman coded.
  const headers = Object.fromEntries(characters.map((code) => [`x-${code}`, String.fromCharCode(code).repeat(3)]));

  await echo(Buffer.alloc(0), { 'x-all': value, ...headers });

  expect(Object.fromEntries(seen.at(-1)!)).toMatchObject({ 'x-all': value, ...headers });
});

test('follows the table of a client through many changes', async () => {
  for (let i = 0; i < 200; i++) {
    const headers = { 'x-request-id': `id-${i}`, 'x-often': `value-${i % 7}`, [`x-name-${i % 90}`]: 'y'.repeat(i) };
    await echo(Buffer.alloc(0), headers);
    expect(Object.fromEntries(seen.at(-1)!)).toMatchObject(headers);
  }
});
