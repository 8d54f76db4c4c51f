import type { IncomingMessage, ServerResponse } from 'node:http';
import { REQUEST_ID_HEADER } from '../../core/headers';
import { METRICS_PATH } from '../../core/metric-names';
import { EXPOSITION_TYPE } from '../../picker/telemetry/exposition';
import type { Clock } from '../../picker/time';
import { isFields } from '../manifests/fields';
import { answerStreaming, answerWhole, type Answering } from './answering';
import type { Engine } from './engine';
import { type ApiFault, badRequest, faultBody, isFault, notFound } from './faults';
import { planGeneration } from './generation';
import { type GenerationKind, readGeneration } from './generation-request';
import type { ServerMetrics } from './metrics';
import { readBody } from './io/read-body';
import type { ServedModels } from './served-models';

export interface ModelApiOptions {
  /** Name of the pod, a part of the ids of its answers. */
  readonly name: string;
  readonly engine: Engine;
  readonly models: ServedModels;
  readonly metrics: ServerMetrics;
  /** Longest prompt and answer together, tokens. */
  readonly maxTokens: number;
  readonly clock: Clock;
  /** False while the model loads. */
  readonly ready: () => boolean;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Header by which a client sees which pod answered. */
const POD_HEADER = 'x-inference-pod';

const LOADING: ApiFault = {
  status: 503,
  type: 'ServiceUnavailableError',
  message: 'the model is still loading',
  param: null,
};

/** The HTTP interface of a vLLM server. */
export class ModelApi {
  readonly #routes: ReadonlyMap<string, Handler>;
  #requests = 0;

  public constructor(private readonly options: ModelApiOptions) {
    const json = (method: string, path: string, handle: (body: unknown, parts: Parameters<Handler>) => void) =>
      [`${method} ${path}`, (...parts: Parameters<Handler>) => this.#withJson(parts, handle)] as const;
    this.#routes = new Map<string, Handler>([
      ['GET /health', (_, response) => void response.writeHead(200).end()],
      ['GET /ping', (_, response) => void response.writeHead(200).end()],
      [
        'GET /version',
        (_, response) => {
          this.#json(response, { version: 'simulated' });
        },
      ],
      [
        `GET ${METRICS_PATH}`,
        (_, response) => {
          this.#metrics(response);
        },
      ],
      [
        'GET /v1/models',
        (_, response) => {
          this.#models(response);
        },
      ],
      json('POST', '/v1/chat/completions', (body, parts) => {
        this.#generate('chat', body, parts);
      }),
      json('POST', '/v1/completions', (body, parts) => {
        this.#generate('completion', body, parts);
      }),
      json('POST', '/v1/load_lora_adapter', (body, [, response]) => {
        this.#adapter('load', body, response);
      }),
      json('POST', '/v1/unload_lora_adapter', (body, [, response]) => {
        this.#adapter('unload', body, response);
      }),
    ]);
  }

  /** Answers a request. */
  public answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader(POD_HEADER, this.options.name);
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const handler = this.#routes.get(`${request.method ?? 'GET'} ${path}`);
    if (!this.options.ready()) fail(response, LOADING);
    else if (handler === undefined) fail(response, notFound(`there is nothing at ${request.method ?? ''} ${path}`));
    else void handler(request, response);
  }

  async #withJson(
    parts: Parameters<Handler>,
    handle: (body: unknown, parts: Parameters<Handler>) => void,
  ): Promise<void> {
    const [request, response] = parts;
    const text = await readBody(request);
    // The client is gone.
    if (text === undefined) return;
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      fail(response, badRequest('the body is not JSON'));
      return;
    }
    handle(body, parts);
  }

  #generate(kind: GenerationKind, body: unknown, [request, response]: Parameters<Handler>): void {
    const { models, maxTokens, clock, engine, name } = this.options;
    const asked = readGeneration(kind, body);
    if (isFault(asked)) {
      fail(response, asked);
      return;
    }
    const model = models.find(asked.model);
    const plan = isFault(model) ? model : planGeneration(asked, model, { id: ++this.#requests, maxTokens });
    if (isFault(plan)) {
      fail(response, plan);
      return;
    }
    const given = request.headers[REQUEST_ID_HEADER];
    const id = typeof given === 'string' ? given : `${name}-${this.#requests}`;
    const answering: Answering = {
      plan,
      response,
      engine,
      includeUsage: asked.includeUsage,
      head: {
        kind,
        id: `${kind === 'chat' ? 'chatcmpl' : 'cmpl'}-${id}`,
        created: Math.floor(clock.wallTime() / 1000),
        model: plan.request.model,
      },
    };
    if (asked.stream) answerStreaming(answering);
    else answerWhole(answering);
  }

  #adapter(action: 'load' | 'unload', body: unknown, response: ServerResponse): void {
    const { lora_name: name, lora_path: path } = isFields(body) ? body : {};
    const { models } = this.options;
    const fault = action === 'load' ? models.load(name, path) : models.unload(name);
    if (fault !== undefined) fail(response, fault);
    else
      response.writeHead(200, { 'content-type': 'text/plain' }).end(`Success: adapter '${String(name)}' ${action}ed`);
  }

  #metrics(response: ServerResponse): void {
    const { engine, metrics, clock } = this.options;
    engine.settle();
    response.writeHead(200, { 'content-type': EXPOSITION_TYPE }).end(metrics.page(engine, clock.wallTime() / 1000));
  }

  #models(response: ServerResponse): void {
    const { models, clock, maxTokens } = this.options;
    this.#json(response, models.list(Math.floor(clock.wallTime() / 1000), maxTokens));
  }

  #json(response: ServerResponse, body: object): void {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}

/** Answers with a fault. */
function fail(response: ServerResponse, fault: ApiFault): void {
  response.writeHead(fault.status, { 'content-type': 'application/json' }).end(faultBody(fault));
}
