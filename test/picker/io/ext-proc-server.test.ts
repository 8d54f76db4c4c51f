import { createHash } from 'node:crypto';
import { constants } from 'node:http2';
import { bodyMessage, headersMessage, trailersMessage } from '../../support/picker/ext-proc-messages';
import { deferred } from '../../support/picker/fake-director';
import { ServedDirector, until, type ServedOptions } from '../../support/picker/served-director';
import type { RawCall } from '../../support/picker/ext-proc-client';
import type { Verdict } from '../../../lib/picker/director/types';

const REQUEST = headersMessage('request', [[':path', '/v1/chat/completions']]);
const LAST = bodyMessage('request', '{"model":"m"}', true);
const RESPONSE = headersMessage('response', [[':status', '200']]);
const MIB = 2 ** 20;

let served: ServedDirector;

async function start(options: ServedOptions = {}): Promise<RawCall> {
  served = await ServedDirector.start(options);
  return (await served.client()).call();
}

afterEach(() => {
  served.stop();
  expect(served.faults).toEqual([]);
});

test('a streamed answer passes chunk by chunk', async () => {
  const call = await start();

  call.send(REQUEST, LAST);
  const request = await call.answers(2);
  call.send(RESPONSE);
  const headers = await call.answer();
  const chunks: string[] = [];
  for (let i = 0; i < 100; i++) {
    call.send(bodyMessage('response', `data: ${i}\n\n`));
    chunks.push((await call.answer()).body?.toString() ?? '');
  }
  call.send(bodyMessage('response', 'data: [DONE]\n\n', true));
  const last = await call.answer();
  call.halfClose();

  expect(request.map(({ kind }) => kind)).toEqual(['request-headers', 'request-body']);
  expect(headers.kind).toBe('response-headers');
  expect(chunks).toEqual(Array.from({ length: 100 }, (_, i) => `data: ${i}\n\n`));
  expect(last).toMatchObject({ body: Buffer.from('data: [DONE]\n\n'), endOfStream: true });
  expect(await call.end()).toMatchObject({ status: 0, message: '' });
  expect(served.director.watcher.ends).toEqual(['completed']);
});

test('many exchanges share a connection without disturbing each other', async () => {
  served = await ServedDirector.start();
  const client = await served.client();

  const bodies = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const call = client.call();
      call.send(REQUEST, bodyMessage('request', `body ${i}`), trailersMessage('request'));
      const [, body] = await call.answers(3);
      call.halfClose();
      await call.end();
      return body?.body?.toString();
    }),
  );

  expect(bodies).toEqual(Array.from({ length: 200 }, (_, i) => `body ${i}`));
});

test('a body of 20 MiB comes back as it went', async () => {
  const call = await start();
  const sent = createHash('sha256');
  const received = createHash('sha256');

  call.send(REQUEST);
  for (let i = 0; i < 320; i++) {
    const chunk = Buffer.alloc(65_536, i);
    sent.update(chunk);
    call.send(bodyMessage('request', chunk, i === 319));
  }
  await call.answer();
  let bytes = 0;
  for (let isLast = false; !isLast;) {
    const { body, endOfStream } = await call.answer();
    received.update(body ?? '');
    bytes += body?.length ?? 0;
    isLast = endOfStream ?? false;
  }

  expect(bytes).toBe(20 * MIB);
  expect(received.digest('hex')).toBe(sent.digest('hex'));
});

test('a rejection ends the stream well, although the gateway still sends', async () => {
  const call = await start({ maxBodyBytes: 1000 });

  call.send(REQUEST, bodyMessage('request', Buffer.alloc(1001)));
  const answer = await call.answer();
  const end = await call.end();

  expect(answer).toMatchObject({ kind: 'immediate', status: 413 });
  expect(end.status).toBe(0);
});

test('bytes that are no message are refused', async () => {
  const call = await start();

  call.send(Uint8Array.of(0x0a, 99));

  expect(await call.end()).toMatchObject({
    status: 3,
    message: 'malformed protobuf at byte 2: field 1 is 99 bytes long, only 0 follow',
  });
});

const STATES: readonly (readonly [string, readonly Uint8Array[], number, readonly string[]])[] = [
  ['before any message', [], 0, []],
  ['after the headers', [REQUEST], 0, []],
  ['in the body', [REQUEST, bodyMessage('request', 'x')], 0, []],
  ['after the verdict', [REQUEST, LAST], 2, ['aborted']],
  ['in the answer', [REQUEST, LAST, RESPONSE, bodyMessage('response', 'x')], 4, ['aborted']],
  ['after the answer', [REQUEST, LAST, RESPONSE, bodyMessage('response', 'x', true)], 4, ['completed']],
];

test.each(STATES)('a stream that is reset %s is let go', async (_, messages, answers, ends) => {
  const call = await start();
  call.send(...messages);
  await call.answers(answers);
  if (answers === 0) await until(() => served.server.streams === 1);

  call.stream.close(constants.NGHTTP2_CANCEL);
  await until(() => served.server.streams === 0);

  expect(served.director.watchers.flatMap((watcher) => watcher.ends)).toEqual(ends);
});

test.each(STATES)('a connection that breaks %s lets its streams go', async (_, messages, answers, ends) => {
  served = await ServedDirector.start();
  const client = await served.client();
  const call = client.call();
  call.send(...messages);
  await call.answers(answers);
  if (answers === 0) await until(() => served.server.streams === 1);

  client.destroy();
  await until(() => served.server.streams === 0);

  expect(served.director.watchers.flatMap((watcher) => watcher.ends)).toEqual(ends);
});

test('a client that gives up while its request waits fires the signal', async () => {
  const call = await start();
  const verdict = deferred<Verdict>();
  served.director.script = () => verdict.promise;
  call.send(REQUEST, LAST);
  await until(() => served.director.calls.length === 1);
  const signal = served.director.calls[0]!.head.signal;

  call.stream.close(constants.NGHTTP2_CANCEL);
  await until(() => signal.aborted);
  verdict.resolve(served.director.route());
  await until(() => served.director.watcher.ends.length > 0);

  expect(served.director.watcher.ends).toEqual(['aborted']);
});

test('a verdict that comes later is sent at once', async () => {
  const call = await start();
  const verdict = deferred<Verdict>();
  served.director.script = () => verdict.promise;
  call.send(REQUEST, LAST);
  await until(() => served.director.calls.length === 1);

  verdict.resolve(served.director.route({ body: { chunks: [Buffer.from('x')], bytes: 1 } }));

  expect((await call.answers(2)).map(({ kind }) => kind)).toEqual(['request-headers', 'request-body']);
});

test('an observer counts streams and how they end', async () => {
  const ended: number[] = [];
  let started = 0;
  const observer = {
    started: () => {
      started++;
    },
    ended: (code: number) => {
      ended.push(code);
    },
  };
  served = await ServedDirector.start({ observer });
  const client = await served.client();
  const whole = client.call();
  whole.send(REQUEST, LAST);
  whole.halfClose();
  await whole.end();
  const refused = client.call();
  refused.send(LAST);
  await refused.end();
  const broken = client.call();
  broken.send(REQUEST);
  await until(() => started === 3);
  broken.stream.destroy();
  await until(() => ended.length === 3);

  expect(ended).toEqual([0, 3, 1]);
});

describe('a gateway that does not read', () => {
  test('is not read from either, before much is held for it', async () => {
    const call = await start();
    call.send(REQUEST, LAST, RESPONSE);
    await call.answers(3);
    call.stream.pause();

    const chunk = bodyMessage('response', Buffer.alloc(60_000));
    let sent = 0;
    for (; sent < 800; sent++) call.send(chunk);
    const bytesSent = sent * 60_000;
    const { watcher } = served.director;
    await settledBytes(() => watcher.bytes);
    const takenWhilePaused = watcher.bytes;
    call.stream.resume();
    await until(() => watcher.bytes === bytesSent);

    expect(takenWhilePaused).toBeLessThan(6 * MIB);
  });

  test('gets the rest of its body later, from memory that was not copied for it', async () => {
    const call = await start();
    call.stream.pause();
    call.send(REQUEST, bodyMessage('request', Buffer.alloc(3 * MIB), true));
    await until(() => served.director.calls.length === 1);

    call.stream.resume();
    await call.answer();
    let bytes = 0;
    for (let isLast = false; !isLast;) {
      const { body, endOfStream } = await call.answer();
      bytes += body?.length ?? 0;
      isLast = endOfStream ?? false;
    }

    expect(bytes).toBe(3 * MIB);
  });
});

/** Waits until a number has not changed for some turns of the event loop and a while of a loaded machine. */
async function settledBytes(read: () => number): Promise<void> {
  let last = -1;
  for (let still = 0; still < 300; still++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (read() !== last) {
      last = read();
      still = 0;
    }
  }
}
