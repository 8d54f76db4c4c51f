import { encodeHeaders } from '../../../../lib/picker/protocol/http2/hpack-encoder';
import { STREAM_WINDOW, type Http2Stream } from '../../../../lib/picker/protocol/http2/stream';
import { Http2Connection } from '../../../../lib/picker/protocol/http2/connection';
import {
  ACK,
  END_HEADERS,
  END_STREAM,
  literals,
  PADDED,
  PREFACE,
  PRIORITY,
  rawFrame,
  readFrames,
  setting,
  Type,
  uint32,
  type SeenFrame,
} from '../../../support/picker/http2-frames';
import { seededRandom } from '../../../support/picker/seeded-random';

const BLOCK = literals({ ':method': 'POST', ':path': '/x' });
const TRAILERS = encodeHeaders([['grpc-status', '0']]);

/** A connection with a client by hand. */
class Harness {
  public readonly streams: Http2Stream[] = [];
  public readonly headers: ReadonlyMap<string, string>[] = [];
  public readonly events: string[] = [];
  public pongs = 0;
  public onData: (stream: Http2Stream, bytes: Uint8Array) => void = () => undefined;
  public readonly connection = new Http2Connection({
    allocate: (bytes) => new Uint8Array(bytes),
    accept: (stream, headers) => {
      this.streams.push(stream);
      this.headers.push(headers);
      return {
        data: (bytes) => {
          this.events.push(`${stream.id} data ${bytes.length}`);
          this.onData(stream, bytes);
        },
        end: () => this.events.push(`${stream.id} end`),
        reset: () => this.events.push(`${stream.id} reset`),
        drained: () => this.events.push(`${stream.id} drained`),
      };
    },
    onOutput: () => undefined,
    onPong: () => {
      this.pongs++;
    },
  });

  /** Starts, and takes away what a server says first. */
  public static started(): Harness {
    const harness = new Harness();
    harness.receive(PREFACE, rawFrame(Type.SETTINGS, 0, 0));
    harness.output();
    return harness;
  }

  /** Starts with streams 1, 3, 5 … */
  public static withStreams(count = 1): Harness {
    const harness = Harness.started();
    for (let i = 0; i < count; i++) harness.receive(rawFrame(Type.HEADERS, END_HEADERS, 1 + 2 * i, BLOCK));
    return harness;
  }

  public receive(...frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.connection.receive(frame);
  }

  public output(): SeenFrame[] {
    return readFrames(Buffer.concat(this.connection.takeOutput()));
  }

  /** Bytes of DATA that went out since the last look. */
  public sentBytes(): number {
    return this.output().reduce((sum, { type, payload }) => sum + (type === Type.DATA ? payload.length : 0), 0);
  }
}

describe('the beginning', () => {
  test('settings and a large window go out first, and settings are acknowledged', () => {
    const harness = new Harness();

    harness.receive(PREFACE, setting(4, 100));

    expect(harness.output()).toEqual([
      {
        type: Type.SETTINGS,
        flags: 0,
        stream: 0,
        payload: Buffer.from('000300 0186a0 000400 100000 000600 010000'.replaceAll(' ', ''), 'hex'),
      },
      { type: Type.WINDOW_UPDATE, flags: 0, stream: 0, payload: uint32(16 * 2 ** 20 - 65_535) },
      { type: Type.SETTINGS, flags: ACK, stream: 0, payload: Buffer.alloc(0) },
    ]);
  });

  test('everything may come byte by byte', () => {
    const harness = new Harness();
    const frames = [rawFrame(Type.HEADERS, END_HEADERS, 1, BLOCK), rawFrame(Type.DATA, END_STREAM, 1, 'abc')];

    for (const byte of Buffer.concat([PREFACE, setting(4, 100), ...frames])) harness.receive(Buffer.of(byte));

    expect(harness.headers).toEqual([
      new Map([
        [':method', 'POST'],
        [':path', '/x'],
      ]),
    ]);
    expect(harness.events).toEqual(['1 data 3', '1 end']);
  });

  test('what is no HTTP/2 is told so', () => {
    const harness = new Harness();

    harness.receive(Buffer.from('GET / HTTP/1.1\r\n\r\n'));

    expect(harness.connection.error?.message).toBe('the client does not speak HTTP/2');
    expect(harness.output().at(-1)).toMatchObject({
      type: Type.GOAWAY,
      payload: Buffer.concat([uint32(0), uint32(1)]),
    });
  });
});

describe('streams', () => {
  test('headers may be padded, have a priority, and come in parts', () => {
    const harness = Harness.started();
    const block = Buffer.concat([Buffer.of(3), Buffer.alloc(5), BLOCK.subarray(0, 9), Buffer.alloc(3)]);

    harness.receive(
      rawFrame(Type.HEADERS, PADDED | PRIORITY | END_STREAM, 1, block),
      rawFrame(Type.CONTINUATION, 0, 1, BLOCK.subarray(9, 12)),
      rawFrame(Type.CONTINUATION, END_HEADERS, 1, BLOCK.subarray(12)),
    );

    expect(harness.headers[0]?.get(':path')).toBe('/x');
    expect(harness.events).toEqual(['1 end']);
  });

  test('data may be padded', () => {
    const harness = Harness.withStreams();

    harness.receive(rawFrame(Type.DATA, PADDED, 1, Buffer.from('\x02abc\0\0')));

    expect(harness.events).toEqual(['1 data 3']);
  });

  test('trailers of the client end its side', () => {
    const harness = Harness.withStreams();

    harness.receive(rawFrame(Type.HEADERS, END_HEADERS | END_STREAM, 1, BLOCK));

    expect(harness.events).toEqual(['1 end']);
  });

  test('an end while the client still sends is followed by a reset without error', () => {
    const harness = Harness.withStreams();
    const [stream] = harness.streams;

    stream!.respond(TRAILERS);
    stream!.write([Buffer.from('ab'), Buffer.from('c')]);
    stream!.end(TRAILERS);

    expect(harness.output().map(({ type, flags, payload }) => [type, flags, payload.toString('latin1')])).toEqual([
      [Type.HEADERS, END_HEADERS, TRAILERS.reduce((text, byte) => text + String.fromCharCode(byte), '')],
      [Type.DATA, 0, 'abc'],
      [Type.HEADERS, END_HEADERS | END_STREAM, TRAILERS.reduce((text, byte) => text + String.fromCharCode(byte), '')],
      [Type.RST_STREAM, 0, '\0\0\0\0'],
    ]);
    expect(harness.connection.streams).toBe(0);
  });

  test('an end after the client has ended is only that', () => {
    const harness = Harness.withStreams();
    harness.receive(rawFrame(Type.DATA, END_STREAM, 1));

    harness.streams[0]!.end(TRAILERS);

    expect(harness.output().map(({ type }) => type)).toEqual([Type.HEADERS]);
  });

  test('what comes for a stream that has ended is ignored', () => {
    const harness = Harness.withStreams();
    harness.streams[0]!.end(TRAILERS);
    harness.output();

    harness.receive(
      rawFrame(Type.DATA, 0, 1, 'late'),
      rawFrame(Type.WINDOW_UPDATE, 0, 1, uint32(5)),
      rawFrame(Type.RST_STREAM, 0, 1, uint32(8)),
      rawFrame(Type.HEADERS, END_HEADERS | END_STREAM, 1, BLOCK),
    );

    expect(harness.events).toEqual([]);
    expect(harness.output()).toEqual([]);
    expect(harness.connection.error).toBeUndefined();
  });

  test('a stream that is reset hears of it once and says nothing more', () => {
    const harness = Harness.withStreams();

    harness.receive(rawFrame(Type.RST_STREAM, 0, 1, uint32(8)), rawFrame(Type.RST_STREAM, 0, 1, uint32(8)));
    harness.streams[0]!.write([Buffer.from('x')]);
    harness.streams[0]!.end(TRAILERS);
    harness.connection.disconnected();

    expect(harness.events).toEqual(['1 reset']);
    expect(harness.output()).toEqual([]);
  });
});

describe('what goes out', () => {
  test('keeps to the window of the stream, in frames of at most 16 KiB', () => {
    const harness = Harness.withStreams();
    const [stream] = harness.streams;

    stream!.write([Buffer.alloc(50_000), Buffer.alloc(50_000)]);
    const frames = harness.output();
    harness.receive(rawFrame(Type.WINDOW_UPDATE, 0, 0, uint32(1_000_000)));
    const afterConnection = harness.sentBytes();
    harness.receive(rawFrame(Type.WINDOW_UPDATE, 0, 1, uint32(10_000)));
    const afterStream = harness.sentBytes();

    expect(frames.map(({ payload }) => payload.length)).toEqual([16_384, 16_384, 16_384, 16_383]);
    expect([afterConnection, afterStream, stream!.queued]).toEqual([0, 10_000, 24_465]);
  });

  test('keeps to the window of the connection, and gives each stream its turn', () => {
    const harness = Harness.withStreams(3);
    for (const stream of harness.streams) stream.write([Buffer.alloc(60_000)]);
    const first = harness.sentBytes();

    harness.receive(rawFrame(Type.WINDOW_UPDATE, 0, 0, uint32(70_000)));
    const second = harness.output().map(({ stream }) => stream);

    expect(first).toBe(65_535);
    expect([...new Set(second)]).toEqual([3, 5]);
    expect(harness.streams.map(({ queued }) => queued)).toEqual([0, 0, 44_465]);
  });

  test('waits while the socket has enough to do', () => {
    const harness = Harness.withStreams();
    harness.connection.setCongested(true);

    harness.streams[0]!.write([Buffer.alloc(100)]);
    const while_ = harness.sentBytes();
    harness.connection.setCongested(false);

    expect([while_, harness.sentBytes()]).toEqual([0, 100]);
    expect(harness.events).toEqual(['1 drained']);
  });

  test('the end waits for the body before it', () => {
    const harness = Harness.withStreams();
    harness.streams[0]!.write([Buffer.alloc(70_000)]);
    harness.streams[0]!.end(TRAILERS);
    const before = harness.output().map(({ type }) => type);

    harness.receive(
      rawFrame(Type.WINDOW_UPDATE, 0, 1, uint32(70_000)),
      rawFrame(Type.WINDOW_UPDATE, 0, 0, uint32(70_000)),
    );

    expect(before).not.toContain(Type.HEADERS);
    expect(harness.output().map(({ type }) => type)).toEqual([Type.DATA, Type.HEADERS, Type.RST_STREAM]);
  });

  test('a change of the initial window holds for streams that are open, below zero too', () => {
    const harness = Harness.withStreams();
    harness.receive(rawFrame(Type.WINDOW_UPDATE, 0, 0, uint32(1_000_000)));
    harness.streams[0]!.write([Buffer.alloc(100_000)]);
    const first = harness.sentBytes();
    harness.receive(setting(4, 10), rawFrame(Type.WINDOW_UPDATE, 0, 1, uint32(65_525)));
    const second = harness.sentBytes();
    harness.receive(setting(4, 20));

    expect([first, second, harness.sentBytes()]).toEqual([65_535, 0, 10]);
  });
});

describe('what comes in', () => {
  const full = rawFrame(Type.DATA, 0, 1, Buffer.alloc(16_384));
  const updates = (frames: readonly SeenFrame[], stream: number): number =>
    frames.filter((frame) => frame.type === Type.WINDOW_UPDATE && frame.stream === stream).length;

  test('opens the windows again as it is consumed', () => {
    const harness = Harness.withStreams();

    for (let i = 0; i < 1000; i++) harness.receive(full);

    expect(updates(harness.output(), 1)).toBeGreaterThan(20);
    expect(harness.connection.error).toBeUndefined();
  });

  test('a stream that is paused gets no more than its window, and more once it is resumed', () => {
    const harness = Harness.withStreams();
    harness.streams[0]!.pause();
    for (let i = 0; i < STREAM_WINDOW / 16_384; i++) harness.receive(full);
    const paused = updates(harness.output(), 1);

    harness.streams[0]!.resume();

    expect([paused, updates(harness.output(), 1)]).toEqual([0, 1]);
  });

  test('a client that ignores the window of a stream loses the stream', () => {
    const harness = Harness.withStreams();
    harness.streams[0]!.pause();

    for (let i = 0; i <= STREAM_WINDOW / 16_384; i++) harness.receive(full);

    expect(harness.output().at(-1)).toMatchObject({ type: Type.RST_STREAM, stream: 1, payload: uint32(3) });
    expect(harness.events.at(-1)).toBe('1 reset');
  });
});

describe('the end', () => {
  test('is announced before it is meant', () => {
    const harness = Harness.withStreams();

    harness.connection.announceEnd();
    harness.receive(rawFrame(Type.HEADERS, END_HEADERS, 3, BLOCK));
    harness.connection.endAfterLast();
    harness.receive(rawFrame(Type.HEADERS, END_HEADERS, 5, BLOCK));
    const frames = harness.output();

    expect(harness.streams.map(({ id }) => id)).toEqual([1, 3]);
    expect(frames.map(({ type, stream, payload }) => [type, stream, payload.toString('hex')])).toEqual([
      [Type.GOAWAY, 0, '7fffffff00000000'],
      [Type.GOAWAY, 0, '0000000300000000'],
      [Type.RST_STREAM, 5, '00000007'],
    ]);
  });

  test('is there when the last stream has ended', () => {
    const harness = Harness.withStreams();
    harness.connection.endAfterLast();
    const before = harness.connection.isDone;

    harness.streams[0]!.end(TRAILERS);

    expect([before, harness.connection.isDone]).toEqual([false, true]);
  });

  test('pings are answered, and their answers counted', () => {
    const harness = Harness.started();
    harness.connection.ping();

    harness.receive(rawFrame(Type.PING, 0, 0, '12345678'), rawFrame(Type.PING, ACK, 0, Buffer.alloc(8)));

    expect(harness.output().map(({ flags, payload }) => [flags, payload.toString('latin1')])).toEqual([
      [0, '\0'.repeat(8)],
      [ACK, '12345678'],
    ]);
    expect(harness.pongs).toBe(1);
  });

  test('frames of a kind that is not known are ignored', () => {
    const harness = Harness.started();

    harness.receive(
      rawFrame(99, 0, 7, 'x'),
      rawFrame(Type.PRIORITY, 0, 9, Buffer.alloc(5)),
      rawFrame(Type.GOAWAY, 0, 0, Buffer.alloc(8)),
    );

    expect(harness.connection.error).toBeUndefined();
    expect(harness.output()).toEqual([]);
  });
});

describe('clients that break the protocol lose the connection', () => {
  const LONG = Buffer.concat([Buffer.from([0, 0x40, 1, 0, 0, 0, 0, 0, 1])]);

  test.each<[string, number, readonly Buffer[]]>([
    ['a frame of 16385 bytes is too long', 6, [LONG]],
    ['a frame of type 0 on stream 0 has no place there', 1, [rawFrame(Type.DATA, 0, 0)]],
    ['a frame of type 0 on stream 9 has no place there', 1, [rawFrame(Type.DATA, 0, 9)]],
    ['a frame of type 0 on stream 1 has no place there', 1, [rawFrame(Type.DATA, PADDED, 1, Buffer.of(5, 1))]],
    [
      'a frame of type 0 on stream 1 has no place there',
      1,
      [rawFrame(Type.DATA, END_STREAM, 1), rawFrame(Type.DATA, 0, 1)],
    ],
    ['a frame of type 1 on stream 2 has no place there', 1, [rawFrame(Type.HEADERS, END_HEADERS, 2, BLOCK)]],
    ['a frame of type 1 on stream 1 has no place there', 1, [rawFrame(Type.HEADERS, END_HEADERS, 1, BLOCK)]],
    ['headers without a stream', 1, [rawFrame(Type.HEADERS, END_HEADERS, 0, BLOCK)]],
    ['headers are shorter than their padding', 1, [rawFrame(Type.HEADERS, PADDED, 3, Buffer.of(9, 1))]],
    ['a continuation of nothing', 1, [rawFrame(Type.CONTINUATION, 0, 1)]],
    ['a continuation of nothing', 1, [rawFrame(Type.HEADERS, 0, 3, BLOCK), rawFrame(Type.CONTINUATION, 0, 5)]],
    [
      'a frame of type 0 on stream 1 has no place there',
      1,
      [rawFrame(Type.HEADERS, 0, 3, BLOCK), rawFrame(Type.DATA, 0, 1)],
    ],
    ['malformed header block: there is no entry 0', 9, [rawFrame(Type.HEADERS, END_HEADERS, 3, Buffer.of(0x80))]],
    [
      'a header block in parts of nothing, or over 65536 bytes',
      11,
      [rawFrame(Type.HEADERS, 0, 3, BLOCK), rawFrame(Type.CONTINUATION, 0, 3)],
    ],
    [
      'a header block in parts of nothing, or over 65536 bytes',
      11,
      [
        rawFrame(Type.HEADERS, 0, 3, BLOCK),
        ...Array<Buffer>(5).fill(rawFrame(Type.CONTINUATION, 0, 3, Buffer.alloc(16_384))),
      ],
    ],
    ['a frame of type 3 has 3 bytes', 6, [rawFrame(Type.RST_STREAM, 0, 1, Buffer.alloc(3))]],
    ['a frame of type 3 on stream 7 has no place there', 1, [rawFrame(Type.RST_STREAM, 0, 7, Buffer.alloc(4))]],
    ['a frame of type 4 has 5 bytes', 6, [rawFrame(Type.SETTINGS, 0, 0, Buffer.alloc(5))]],
    ['a frame of type 4 on stream 1 has no place there', 1, [rawFrame(Type.SETTINGS, 0, 1)]],
    ['a frame of type 5 on stream 1 has no place there', 1, [rawFrame(Type.PUSH_PROMISE, 0, 1)]],
    ['a frame of type 6 has 7 bytes', 6, [rawFrame(Type.PING, 0, 0, Buffer.alloc(7))]],
    ['a frame of type 6 on stream 1 has no place there', 1, [rawFrame(Type.PING, 0, 1, Buffer.alloc(8))]],
    ['a frame of type 8 has 5 bytes', 6, [rawFrame(Type.WINDOW_UPDATE, 0, 1, Buffer.alloc(5))]],
    ['a frame of type 8 on stream 0 has no place there', 1, [rawFrame(Type.WINDOW_UPDATE, 0, 0, uint32(0))]],
    ['a window is larger than 2^31-1', 3, [rawFrame(Type.WINDOW_UPDATE, 0, 0, uint32(2 ** 31 - 1))]],
    ['a window is larger than 2^31-1', 3, [rawFrame(Type.WINDOW_UPDATE, 0, 1, uint32(2 ** 31 - 1))]],
    ['a window is larger than 2^31-1', 3, [setting(4, 2 ** 31)]],
  ])('%s (error %i)', (message, code, frames) => {
    const harness = Harness.withStreams();

    harness.receive(...frames);

    expect(harness.connection.error?.message).toBe(message);
    expect(harness.output().at(-1)).toMatchObject({
      type: Type.GOAWAY,
      payload: Buffer.concat([uint32(1), uint32(code)]),
    });
    expect(harness.events.at(-1)).toBe('1 reset');
    expect(harness.connection.streams).toBe(0);
    harness.receive(rawFrame(Type.PING, 0, 0, Buffer.alloc(8)));
    expect(harness.output()).toEqual([]);
  });
});

test('random and damaged frames never do more than end the connection', () => {
  const cases = Number(process.env['FUZZ_CASES'] ?? 25_000);
  const random = seededRandom(5);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let i = 0; i < cases; i++) {
    const harness = Harness.started();
    harness.onData = (stream) => {
      if (random() < 0.3) stream.write([Buffer.alloc(below(40_000))]);
      if (random() < 0.1) stream.end(TRAILERS);
    };
    for (let j = below(12); j >= 0 && harness.connection.error === undefined; j--) {
      const isHeaders = random() < 0.3;
      const payload = isHeaders ? Buffer.from(BLOCK) : Buffer.alloc(random() < 0.5 ? 4 : below(20), below(256));
      const frame = rawFrame(
        isHeaders ? Type.HEADERS : below(11),
        isHeaders ? END_HEADERS : below(256),
        random() < 0.2 ? 0 : 1 + 2 * below(4),
        payload,
      );
      if (random() < 0.1) frame[below(frame.length)] = below(256);
      const cut = below(frame.length);
      harness.receive(frame.subarray(0, cut), frame.subarray(cut));
    }
    harness.output();
    harness.connection.disconnected();
    if (harness.connection.streams !== 0) throw new Error('a stream was left behind');
    const resets = harness.events.filter((event) => event.endsWith('reset'));
    if (new Set(resets).size !== resets.length) throw new Error('a stream was reset twice');
  }
}, 600_000);
