/** Asks a picker as a gateway does, over a few connections, and tells its parent how long it took. */
import { connect, type ClientHttp2Session } from 'node:http2';
import { PROCESS_PATH } from '../../lib/picker/io/ext-proc-server';
import { bodyMessage, framed, headersMessage } from './messages';

/** One run of the load generator. */
export interface LoadPlan {
  readonly port: number;
  readonly connections: number;
  readonly concurrency: number;
  readonly streams: number;
  /** Response chunks of a stream. */
  readonly chunks: number;
}

export interface LoadResult {
  readonly seconds: number;
  /** Times from the request's messages to the last byte of the answer to them, ms. */
  readonly decisionP50: number;
  readonly decisionP99: number;
}

const REQUEST = Buffer.concat([framed(headersMessage('request')), framed(bodyMessage('request', 4096, true))]);
const RESPONSE_HEADERS = framed(headersMessage('response'));
const CHUNK = framed(bodyMessage('response', 180, false));
const LAST_CHUNK = framed(bodyMessage('response', 14, true));

/** One exchange, message by message as they come from a model server: each chunk is sent once the last was answered. */
function exchange(session: ClientHttp2Session, chunks: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let decidedAt = 0;
    let messages = 0;
    const stream = session.request({
      ':method': 'POST',
      ':path': PROCESS_PATH,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const frames = new FrameCounter(() => {
      messages++;
      if (messages === 2) {
        decidedAt = performance.now() - start;
        stream.write(RESPONSE_HEADERS);
      } else if (messages > 2 && messages < 2 + chunks) stream.write(CHUNK);
      else if (messages === 2 + chunks) stream.write(LAST_CHUNK);
      else if (messages === 3 + chunks) stream.end();
    });
    stream.on('data', (bytes: Buffer) => {
      frames.push(bytes);
    });
    stream.on('error', reject);
    stream.on('close', () => {
      if (messages === 3 + chunks) resolve(decidedAt);
      else reject(new Error(`a stream ended after ${messages} messages`));
    });
    stream.write(REQUEST);
  });
}

/** Counts messages without looking into them. */
class FrameCounter {
  #left = 0;
  #prefix = 0;
  #length = 0;

  public constructor(private readonly onMessage: () => void) {}

  public push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#prefix < 5) {
        if (this.#prefix > 0) this.#length = this.#length * 256 + (bytes[at] ?? 0);
        at++;
        if (++this.#prefix < 5) continue;
        this.#left = this.#length;
      } else {
        const count = Math.min(this.#left, bytes.length - at);
        this.#left -= count;
        at += count;
      }
      if (this.#left > 0) continue;
      this.#prefix = this.#length = 0;
      this.onMessage();
    }
  }
}

async function run(plan: LoadPlan): Promise<LoadResult> {
  const sessions = Array.from({ length: plan.connections }, () =>
    connect(`http://127.0.0.1:${plan.port}`, { maxSessionMemory: 1000 }),
  );
  const times: number[] = [];
  let started = 0;
  const start = performance.now();
  const worker = async (session: ClientHttp2Session): Promise<void> => {
    while (started < plan.streams) {
      started++;
      times.push(await exchange(session, plan.chunks));
    }
  };
  await Promise.all(
    Array.from({ length: plan.concurrency }, (_, i) => worker(sessions[i % sessions.length] as ClientHttp2Session)),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const session of sessions) session.close();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? NaN;
  return { seconds, decisionP50: at(0.5), decisionP99: at(0.99) };
}

process.on('message', (plan: LoadPlan) => {
  void run(plan).then((result) => process.send?.(result));
});
process.send?.({ ready: true });
