/** Asks a picker at a steady rate as a gateway does: an open loop, so a slow picker gets no rest. */
import { PickerClient } from '../../lib/local/gateway/ext-proc-client';
import { bodyFrame, headersFrame } from '../../lib/local/gateway/ext-proc-request';

export interface LoadPlan {
  readonly port: number;
  readonly connections: number;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** What happened since the last report. */
export interface LoadReport {
  readonly started: number;
  readonly completed: number;
  /** Answered by the picker itself with a 429 or 503. */
  readonly rejected: number;
  /** Broken off by the client on purpose. */
  readonly aborted: number;
  readonly failed: number;
  readonly open: number;
  /** From the request's last message to the picker's choice, ms. */
  readonly decisionP50: number;
  readonly decisionP99: number;
  readonly done: boolean;
}

/** Users that talk again and again; each has a prompt that grows, and one of a few system prompts at its head. */
const USERS = 2000;
const SYSTEM_PROMPTS = ['support', 'code', 'law', 'travel'].map((topic) => `You answer about ${topic}. `.repeat(120));
const CHUNKS = 20;
const CHUNK = Buffer.from(`data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"word "}}]}\n\n`);
const LAST = Buffer.from(
  'data: {"choices":[],"usage":{"prompt_tokens":900,"completion_tokens":20,"total_tokens":920}}\n\ndata: [DONE]\n\n',
);
const ANSWER_HEADERS = headersFrame('response', {
  headers: [
    [':status', '200'],
    ['content-type', 'text/event-stream; charset=utf-8'],
  ],
  endOfStream: false,
});
const CHUNK_FRAME = bodyFrame('response', CHUNK, false);
const LAST_FRAME = bodyFrame('response', LAST, true);

class Load {
  #started = 0;
  #completed = 0;
  #rejected = 0;
  #aborted = 0;
  #failed = 0;
  #open = 0;
  #times: number[] = [];
  readonly #turns = new Uint16Array(USERS);

  public constructor(private readonly clients: readonly PickerClient[]) {}

  /** One request and its answer. Every fiftieth client goes away in the middle. */
  public start(): void {
    const number = this.#started++;
    const client = this.clients[number % this.clients.length];
    if (client === undefined) return;
    this.#open++;
    const user = (number * 7919) % USERS;
    const body = this.#bodyOf(user);
    const leaves = number % 50 === 0;
    let isOver = false;
    const over = (): boolean => {
      if (isOver) return false;
      isOver = true;
      this.#open--;
      return true;
    };
    let decided = false;
    let echoed = 0;
    const stream = client.open({
      message: (answer) => {
        if (answer.kind === 'immediate') {
          if (over()) this.#rejected++;
          stream.finish();
        } else if (answer.kind === 'headers' && answer.direction === 'request') {
          decided = true;
          this.#times.push(performance.now() - sent);
        } else if (answer.kind === 'body' && answer.direction === 'request' && answer.endOfStream) {
          stream.send(ANSWER_HEADERS);
          for (let i = 0; i < CHUNKS; i++) stream.send(CHUNK_FRAME);
          if (!leaves) stream.send(LAST_FRAME);
        } else if (answer.kind === 'body' && answer.direction === 'response') {
          echoed++;
          if (leaves && echoed === CHUNKS / 2) {
            if (over()) this.#aborted++;
            stream.cancel();
          } else if (answer.endOfStream) {
            if (over()) this.#completed++;
            stream.finish();
          }
        }
      },
      drained: () => undefined,
      ended: () => {
        if (over() && !decided) this.#failed++;
        else if (!isOver) this.#failed++;
      },
    });
    stream.send(headersOf(number, body.length));
    stream.send(bodyFrame('request', body, true));
    const sent = performance.now();
  }

  public report(done: boolean): LoadReport {
    const times = this.#times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
    const report: LoadReport = {
      started: this.#started,
      completed: this.#completed,
      rejected: this.#rejected,
      aborted: this.#aborted,
      failed: this.#failed,
      open: this.#open,
      decisionP50: at(0.5),
      decisionP99: at(0.99),
      done,
    };
    this.#times = [];
    return report;
  }

  /** Turn by turn a longer conversation, up to about 16 KiB, then a new one. */
  #bodyOf(user: number): Buffer {
    const turn = (this.#turns[user] ?? 0) % 24;
    this.#turns[user] = turn + 1;
    const messages = [{ role: 'system', content: SYSTEM_PROMPTS[user % SYSTEM_PROMPTS.length] }];
    for (let i = 0; i <= turn; i++) {
      messages.push({ role: 'user', content: `user ${user} asks in turn ${i}: ${'and what about that '.repeat(20)}` });
    }
    return Buffer.from(JSON.stringify({ model: 'm', messages, stream: true, max_tokens: 20 }));
  }
}

function headersOf(number: number, length: number): Uint8Array {
  return headersFrame('request', {
    headers: [
      [':method', 'POST'],
      [':path', '/v1/chat/completions'],
      [':authority', 'inference.example.com'],
      ['content-type', 'application/json'],
      ['content-length', String(length)],
      ['x-request-id', `soak-${number}`],
      ['x-gateway-inference-fairness-id', `tenant-${number % 20}`],
    ],
    endOfStream: false,
  });
}

async function run(plan: LoadPlan): Promise<void> {
  const address = { address: '127.0.0.1', port: plan.port, tls: true, healthPort: 0 };
  const clients = Array.from({ length: plan.connections }, () => new PickerClient(address));
  const load = new Load(clients);
  const start = performance.now();
  let started = 0;
  let reported = start;
  for (;;) {
    const now = performance.now();
    const due = Math.min(plan.seconds, (now - start) / 1000) * plan.rate;
    for (; started < due; started++) load.start();
    if (now - reported > 5000) {
      reported = now;
      process.send?.(load.report(false));
    }
    if (now - start > plan.seconds * 1000) break;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  // What is under way may end.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  for (const client of clients) client.close();
  process.send?.(load.report(true));
}

process.on('message', (plan: LoadPlan) => {
  void run(plan).then(() => {
    process.disconnect();
  });
});
