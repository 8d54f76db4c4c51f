import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubeAccess } from '../../../lib/picker/io/kube-access';
import { Agent } from 'node:http';
import { Collection, type KubeObject, type Watcher } from './api-server-collection';

/** A request that the server got. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly watch: boolean;
}

/** Answers the next requests to a path with an error. */
interface Fault {
  readonly path: string;
  readonly kind: 'list' | 'watch' | 'any';
  readonly status: number;
  times: number;
}

/**
 * A stand-in for the API server of Kubernetes: list in pages, watch with bookmarks from any version that it still
 * knows, 410 for older ones, label and field selectors, writes with optimistic concurrency. Tests break it: it forgets
 * versions, cuts watches, answers late, or with errors.
 */
export class ApiServer {
  public readonly requests: ApiRequest[] = [];
  /** Token that requests must carry; undefined lets everybody in. */
  public token: string | undefined;
  /** Tokens that clients get from `access`, so that a test can rotate them. */
  public clientToken: string | undefined;
  readonly #server: Server;
  readonly #collections = new Map<string, Collection>();
  readonly #watches = new Set<{
    readonly path: string;
    readonly response: ServerResponse;
    readonly watcher: Watcher;
  }>();
  readonly #faults: Fault[] = [];
  readonly #waiters: (() => void)[] = [];
  readonly #agent = new Agent({ keepAlive: true });
  #version = 100;
  #held: (() => void)[] | undefined;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response).catch(() => response.destroy());
    });
  }

  public static async start(): Promise<ApiServer> {
    const made = new ApiServer();
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  public get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** Access for a client, with `clientToken` as it is at the time of each request. */
  public get access(): KubeAccess {
    return {
      server: this.url,
      credentials: () =>
        Promise.resolve({
          agent: this.#agent,
          headers: this.clientToken === undefined ? {} : { authorization: `Bearer ${this.clientToken}` },
        }),
    };
  }

  /** Installs a resource; without it its path is a 404. */
  public install(path: string): void {
    if (!this.#collections.has(path)) this.#collections.set(path, new Collection(() => String(++this.#version)));
  }

  /** Creates or replaces an object, whoever asks. */
  public put(path: string, object: KubeObject): void {
    this.install(path);
    this.#collection(path).put(object);
  }

  public delete(path: string, name: string): void {
    this.#collection(path).delete(name);
  }

  public get(path: string, name: string): KubeObject | undefined {
    return this.#collection(path).get(name);
  }

  /** Forgets all versions but the present one, as etcd does after some minutes. */
  public compact(path: string): void {
    this.#collection(path).compact();
  }

  /** Tells every watch of a path the present version. */
  public bookmark(path: string): void {
    // Any write elsewhere moves the version on.
    this.#version++;
    for (const { watcher } of this.#watchesOf(path)) watcher.bookmark(String(this.#version));
  }

  /** Ends watches of a path: properly, as their time does, or by cutting the connection, in the middle of a line. */
  public endWatches(path: string, how: 'properly' | 'cut' | 'gone' = 'properly'): void {
    for (const watch of this.#watchesOf(path)) {
      this.#watches.delete(watch);
      watch.watcher.stop();
      if (how === 'gone') watch.watcher.gone();
      if (how === 'cut') {
        watch.response.write('{"type":"ADDED","object":{"metadata":{"name":"ha', () => watch.response.destroy());
      } else watch.response.end();
    }
  }

  /** Watches of a path that are open. */
  public watching(path: string): number {
    return this.#watchesOf(path).length;
  }

  /** Answers the next requests to a path with an error status. */
  public fail(path: string, kind: Fault['kind'], status: number, times = 1): void {
    this.#faults.push({ path, kind, status, times });
  }

  /** Lets no request through until `release`: a server that starts slowly. */
  public hold(): void {
    this.#held ??= [];
  }

  public release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  /** Resolves once a condition holds; looked at after every request and change. */
  public async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  public async close(): Promise<void> {
    this.release();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  #collection(path: string): Collection {
    const found = this.#collections.get(path);
    if (found === undefined) throw new Error(`no resource at ${path}`);
    return found;
  }

  #watchesOf(path: string): { readonly path: string; readonly response: ServerResponse; readonly watcher: Watcher }[] {
    return [...this.#watches].filter((watch) => watch.path === path);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const query = Object.fromEntries(url.searchParams);
    const watch = query['watch'] === 'true';
    this.requests.push({ method: request.method ?? '', path: url.pathname, query, watch });
    for (const go of this.#waiters.splice(0)) setImmediate(go);
    const held = this.#held;
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve));
    const body = await read(request);
    if (this.token !== undefined && request.headers.authorization !== `Bearer ${this.token}`) {
      sendStatus(response, 401, 'Unauthorized');
      return;
    }
    const fault = this.#faultFor(url.pathname, watch);
    if (fault !== undefined) {
      sendStatus(response, fault.status, `told to fail with ${fault.status}`);
      return;
    }
    this.#answer(request.method ?? 'GET', url.pathname, query, body, response);
  }

  #faultFor(path: string, watch: boolean): Fault | undefined {
    const fault = this.#faults.find(
      (one) => one.times > 0 && one.path === path && (one.kind === 'any' || (one.kind === 'watch') === watch),
    );
    if (fault !== undefined) fault.times--;
    return fault;
  }

  #answer(method: string, path: string, query: Record<string, string>, body: string, response: ServerResponse): void {
    const collection = this.#collections.get(path);
    if (collection !== undefined && method === 'GET') {
      if (query['watch'] === 'true') this.#watch(collection, path, query, response);
      else sendList(collection, query, String(this.#version), response);
      return;
    }
    const parent = this.#collections.get(path.slice(0, path.lastIndexOf('/')));
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (collection !== undefined && method === 'POST')
      sendResult(response, collection.create(JSON.parse(body) as KubeObject));
    else if (parent !== undefined && method === 'PUT')
      sendResult(response, parent.update(name, JSON.parse(body) as KubeObject));
    else if (parent !== undefined && method === 'GET') sendResult(response, parent.get(name) ?? 404);
    else sendStatus(response, 404, 'the server could not find the requested resource');
  }

  #watch(collection: Collection, path: string, query: Record<string, string>, response: ServerResponse): void {
    const watcher = collection.watch(query['resourceVersion'] ?? '', query, (event) => {
      response.write(`${JSON.stringify(event)}\n`);
    });
    if (watcher === undefined) {
      sendStatus(response, 410, 'too old resource version');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const open = { path, response, watcher };
    this.#watches.add(open);
    watcher.start();
    response.on('close', () => {
      watcher.stop();
      this.#watches.delete(open);
    });
  }
}

function sendList(
  collection: Collection,
  query: Record<string, string>,
  version: string,
  response: ServerResponse,
): void {
  const list = collection.list(query, version);
  if (list === undefined) sendStatus(response, 410, 'the provided continue parameter is too old');
  else send(response, 200, list);
}

function sendResult(response: ServerResponse, result: KubeObject | number): void {
  if (typeof result === 'number') sendStatus(response, result, `status ${result}`);
  else send(response, 200, result);
}

function sendStatus(response: ServerResponse, code: number, message: string): void {
  send(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code });
}

function send(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
