import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PageNumbers, vllmPage } from './model-server-page';

/** How `/metrics` answers. `page`: as vLLM would; `hang`: never; a number: that status; text: that page. */
export type MetricsAnswer = 'page' | 'hang' | number | { readonly text: string };

export interface ModelServerOptions {
  /** Name in the answers' `x-inference-pod` header. */
  readonly name?: string;
  readonly model?: string;
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Tokens of an answer, unless the request's `max_tokens` is lower. */
  readonly tokens?: number;
  /** Before the first token, ms. */
  readonly firstTokenMs?: number;
  /** Between tokens, ms. */
  readonly tokenMs?: number;
  /** Awaited before each token of a streamed answer: lets a test hold an answer without a clock. */
  readonly beforeToken?: (index: number) => Promise<void>;
  /** Whether bodies are kept in `requests`; turn off for long runs. */
  readonly keepRequests?: boolean;
}

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What tests set to script the metrics; `auto` numbers count the server's own requests. */
export interface Script extends Omit<PageNumbers, 'waiting' | 'running' | 'model' | 'finished'> {
  readonly waiting: number | 'auto';
  readonly running: number | 'auto';
  readonly answer: MetricsAnswer;
}

const QUIET: Script = {
  waiting: 'auto',
  running: 'auto',
  kvCacheUsage: 0,
  blockSize: 16,
  blocks: 10_000,
  runningAdapters: [],
  waitingAdapters: [],
  maxAdapters: 0,
  size: 'small',
  oldNames: false,
  answer: 'page',
};

/** A stand-in for a vLLM server: metrics by script, completions and chat completions, plain and streamed. */
export class ModelServer {
  public script: Script = QUIET;
  public readonly requests: ReceivedRequest[] = [];
  /** Requests of completions in progress, finished, and cut off by the client. */
  public running = 0;
  public finished = 0;
  public aborted = 0;
  /** Times that `/metrics` was asked for. */
  public scrapes = 0;
  readonly #options: Required<Omit<ModelServerOptions, 'beforeToken'>> & Pick<ModelServerOptions, 'beforeToken'>;
  readonly #server: Server;

  private constructor(options: ModelServerOptions) {
    this.#options = {
      name: 'model-server',
      model: 'test-model',
      host: '127.0.0.1',
      port: 0,
      tokens: 5,
      firstTokenMs: 0,
      tokenMs: 0,
      keepRequests: true,
      ...options,
    };
    this.#server = createServer((request, response) => {
      void this.#serve(request, response).catch(() => response.destroy());
    });
  }

  public static async start(options: ModelServerOptions = {}): Promise<ModelServer> {
    const made = new ModelServer(options);
    const { port, host } = made.#options;
    await new Promise<void>((resolve, reject) => {
      made.#server.once('error', reject);
      made.#server.listen(port, host, resolve);
    });
    return made;
  }

  public get name(): string {
    return this.#options.name;
  }

  public get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  public get hostPort(): string {
    return `${this.#options.host}:${this.port}`;
  }

  /** Changes what the next pages say. */
  public say(changes: Partial<Script>): void {
    this.script = { ...this.script, ...changes };
  }

  /** Stops at once, as a killed pod does: open answers are cut. */
  public async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    response.setHeader('x-inference-pod', this.name);
    if (url === '/metrics') {
      this.#metrics(response);
      return;
    }
    if (url === '/health') {
      response.end();
      return;
    }
    if (url === '/v1/models') {
      send(response, 200, { object: 'list', data: [{ id: this.#options.model, object: 'model' }] });
      return;
    }
    const body = await readBody(request);
    if (this.#options.keepRequests) this.requests.push({ method, path: url, headers: request.headers, body });
    if (url === '/v1/completions' || url === '/v1/chat/completions') await this.#complete(url, body, response);
    else send(response, 404, { error: { message: `no such path: ${url}` } });
  }

  #metrics(response: ServerResponse): void {
    this.scrapes++;
    const { answer } = this.script;
    if (answer === 'hang') return;
    if (typeof answer === 'number') {
      response.writeHead(answer).end();
      return;
    }
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(answer === 'page' ? this.#page() : answer.text);
  }

  #page(): string {
    const { waiting, running, ...numbers } = this.script;
    return vllmPage({
      ...numbers,
      model: this.#options.model,
      finished: this.finished,
      waiting: waiting === 'auto' ? 0 : waiting,
      running: running === 'auto' ? this.running : running,
    });
  }

  async #complete(path: string, body: Buffer, response: ServerResponse): Promise<void> {
    const asked = parse(body);
    if (asked === undefined) {
      send(response, 400, { error: { message: 'the body is not a JSON object' } });
      return;
    }
    const model = typeof asked['model'] === 'string' ? asked['model'] : this.#options.model;
    const limit = typeof asked['max_tokens'] === 'number' ? asked['max_tokens'] : Infinity;
    const tokens = Math.min(this.#options.tokens, limit);
    const usage = usageOf(body.length, tokens);
    this.running++;
    try {
      if (asked['stream'] === true) await this.#stream(path, { model, tokens, usage }, response);
      else await this.#answer(path, { model, tokens, usage }, response);
      if (response.writableFinished || !response.destroyed) this.finished++;
      else this.aborted++;
    } finally {
      this.running--;
    }
  }

  async #answer(path: string, { model, tokens, usage }: Answer, response: ServerResponse): Promise<void> {
    for (let i = 0; i < tokens && !response.destroyed; i++) await this.#beforeToken(i);
    const text = Array.from({ length: tokens }, (_, i) => `${this.name}-${i} `).join('');
    send(response, 200, { id: 'cmpl-1', model, choices: [choice(path, text, 'stop')], usage });
  }

  async #stream(path: string, { model, tokens, usage }: Answer, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    for (let i = 0; i < tokens && !response.destroyed; i++) {
      await this.#beforeToken(i);
      const event = { id: 'cmpl-1', model, choices: [delta(path, `${this.name}-${i} `, i + 1 === tokens)] };
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    }
    response.end(`data: ${JSON.stringify({ id: 'cmpl-1', model, choices: [], usage })}\n\ndata: [DONE]\n\n`);
  }

  async #beforeToken(index: number): Promise<void> {
    const { beforeToken, firstTokenMs, tokenMs } = this.#options;
    if (beforeToken !== undefined) await beforeToken(index);
    const delay = index === 0 ? firstTokenMs : tokenMs;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  }
}

interface Answer {
  readonly model: string;
  readonly tokens: number;
  readonly usage: ReturnType<typeof usageOf>;
}

function usageOf(bytes: number, tokens: number): Readonly<Record<string, number>> {
  const prompt = Math.ceil(bytes / 4);
  return { prompt_tokens: prompt, completion_tokens: tokens, total_tokens: prompt + tokens };
}

function choice(path: string, text: string, reason: string): object {
  const content = path.includes('chat') ? { message: { role: 'assistant', content: text } } : { text };
  return { index: 0, ...content, finish_reason: reason };
}

function delta(path: string, text: string, last: boolean): object {
  const content = path.includes('chat') ? { delta: { content: text } } : { text };
  return { index: 0, ...content, finish_reason: last ? 'stop' : null };
}

function parse(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, value: object): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
