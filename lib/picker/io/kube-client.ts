import * as http from 'node:http';
import * as https from 'node:https';
import { isJsonObject, type JsonObject } from '../pool/objects/field';
import { KubeError } from './kube-error';
import type { KubeAccess } from './kube-access';
import { within } from './within';

/** Parameters of a request. */
export type KubeQuery = Readonly<Record<string, string | number | undefined>>;

/** One page of a list. */
export interface KubeList {
  readonly items: readonly JsonObject[];
  readonly resourceVersion: string;
  /** Asks for the next page; undefined on the last one. */
  readonly continueToken: string | undefined;
}

/** Something that happened to an object. */
export interface KubeWatchEvent {
  /** `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`. */
  readonly type: string;
  readonly object: JsonObject;
}

/** Time for an answer to begin, and for a whole one that is no watch, ms. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Longest line of a watch; objects in etcd are below 2 MiB. */
const MAX_LINE_BYTES = 16 * 2 ** 20;

/** The few requests that the picker makes of the API server. */
export class KubeClient {
  public constructor(private readonly access: KubeAccess) {}

  public async get(path: string, signal?: AbortSignal): Promise<JsonObject> {
    return this.#json('GET', path, {}, undefined, signal);
  }

  public async create(path: string, object: JsonObject, signal?: AbortSignal): Promise<JsonObject> {
    return this.#json('POST', path, {}, object, signal);
  }

  /** Replaces an object; rejects with a 409 when it is another version than the given one. */
  public async replace(path: string, object: JsonObject, signal?: AbortSignal): Promise<JsonObject> {
    return this.#json('PUT', path, {}, object, signal);
  }

  public async list(path: string, query: KubeQuery, signal: AbortSignal): Promise<KubeList> {
    const list = await this.#json('GET', path, query, undefined, signal);
    const metadata = isJsonObject(list['metadata']) ? list['metadata'] : {};
    const items = Array.isArray(list['items']) ? (list['items'] as unknown[]) : [];
    return {
      items: items.filter(isJsonObject),
      resourceVersion: text(metadata['resourceVersion']) ?? '',
      continueToken: text(metadata['continue']),
    };
  }

  /** Calls back with every event until the server or the signal ends it; rejects when it is cut off. */
  public async watch(
    path: string,
    query: KubeQuery,
    signal: AbortSignal,
    onEvent: (event: KubeWatchEvent) => void,
  ): Promise<void> {
    const response = await this.#send('GET', path, { ...query, watch: 'true' }, undefined, signal);
    // A server that is gone without a word is noticed by the kernel in the end, and by the caller's signal before.
    response.socket.setKeepAlive(true, REQUEST_TIMEOUT_MS);
    await failUnlessOk(response);
    for await (const line of lines(response)) {
      const event: unknown = JSON.parse(line);
      if (!isJsonObject(event)) continue;
      onEvent({ type: text(event['type']) ?? '', object: isJsonObject(event['object']) ? event['object'] : {} });
    }
  }

  async #json(
    method: string,
    path: string,
    query: KubeQuery,
    body: JsonObject | undefined,
    signal: AbortSignal | undefined,
  ): Promise<JsonObject> {
    return within(REQUEST_TIMEOUT_MS, noAnswer(), signal, async (both) => {
      const response = await this.#send(method, path, query, body, both);
      await failUnlessOk(response);
      const value: unknown = JSON.parse(await textOf(response));
      if (isJsonObject(value)) return value;
      throw new KubeError(undefined, 'the API server answered with something that is no object');
    });
  }

  async #send(
    method: string,
    path: string,
    query: KubeQuery,
    body: JsonObject | undefined,
    signal: AbortSignal,
  ): Promise<http.IncomingMessage> {
    const { headers, agent } = await this.access.credentials();
    const url = this.#url(path, query);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const type = payload === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const options = { method, agent, signal, headers: { accept: 'application/json', ...type, ...headers } };
      const request = (url.protocol === 'https:' ? https : http).request(url, options);
      // Only until the answer begins: a watch is silent for long.
      request.setTimeout(REQUEST_TIMEOUT_MS, () => {
        request.destroy(noAnswer());
      });
      request.on('error', reject);
      request.on('response', (response) => {
        request.setTimeout(0);
        resolve(response);
      });
      request.end(payload);
    });
  }

  #url(path: string, query: KubeQuery): URL {
    const { server } = this.access;
    const url = new URL(server.pathname.replace(/\/$/, '') + path, server);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }
}

function noAnswer(): KubeError {
  return new KubeError(undefined, `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`);
}

async function failUnlessOk(response: http.IncomingMessage): Promise<void> {
  const { statusCode = 0 } = response;
  if (statusCode >= 200 && statusCode < 300) return;
  throw KubeError.ofAnswer(statusCode, await textOf(response));
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The lines of a stream as they come; its last one may lack a newline. */
async function* lines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, at)]).toString();
      [rest, restBytes, from] = [[], 0, at + 1];
      if (line.trim() !== '') yield line;
    }
    rest.push(chunk.subarray(from));
    restBytes += chunk.length - from;
    if (restBytes > MAX_LINE_BYTES)
      throw new KubeError(undefined, `a line of the watch is over ${MAX_LINE_BYTES} bytes`);
  }
  const last = Buffer.concat(rest).toString();
  if (last.trim() !== '') yield last;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
