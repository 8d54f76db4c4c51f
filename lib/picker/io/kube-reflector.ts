import { isJsonObject, type JsonObject } from '../pool/objects/field';
import type { Random } from '../time';
import type { KubeClient, KubeQuery, KubeWatchEvent } from './kube-client';
import { KubeError, statusOf } from './kube-error';
import type { Sleep } from './sleep';
import { within } from './within';

/** Where the objects go. Must not throw. */
export interface ObjectSink {
  /** All objects there are: the others are gone. */
  replace(objects: readonly JsonObject[]): void;
  /** An object is new or changed. */
  upsert(object: JsonObject): void;
  remove(object: JsonObject): void;
}

/** Told of what people want to know. */
export interface ReflectorObserver {
  /** A complete list arrived. */
  listed?(resource: string, objects: number): void;
  /** A list or a watch failed, and is tried again after some ms. What is known so far stays. */
  failed?(resource: string, reason: string, status: number | undefined, retryMs: number): void;
}

/** Which collection to follow, and where its objects go. */
export interface ReflectorOptions {
  readonly client: KubeClient;
  /** Name for messages, such as `pods`. */
  readonly resource: string;
  /** Path of the collection. */
  readonly path: string;
  /** Label and field selectors. */
  readonly query: KubeQuery;
  readonly sink: ObjectSink;
  readonly sleep: Sleep;
  readonly random: Random;
  /**
   * Told of lists, watches and what is wrong with them.
   * @default - nobody hears
   */
  readonly observer?: ReflectorObserver;
  /**
   * How long one watch lasts, ms, at least; up to half as much is added at random. Short, because a connection that died
   * without a word is noticed only at its end: client libraries that speak HTTP/2 send pings instead.
   * @default 60000
   */
  readonly watchMs?: number;
  /**
   * How long a watch may outlive its time until it is taken for dead, ms.
   * @default 15000
   */
  readonly graceMs?: number;
}

const DEFAULTS = { watchMs: 60_000, graceMs: 15_000 };

/** Objects of one page of a list. */
const PAGE = 500;

/** A watch that brought nothing and ended sooner is as good as a failure, ms. */
const SHORT_WATCH_MS = 1000;

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/** For a resource that is not there, or may not be read: somebody may install or grant it later. */
const ABSENT_RETRY_MS = 30_000;

/**
 * Follows a collection of the API server: lists it, then watches from the list's version on, and over again from the
 * last version seen. Only a version that the server no longer knows makes it list anew, and what is known stays until
 * the new list is complete.
 */
export class KubeReflector {
  readonly #options: ReflectorOptions & typeof DEFAULTS;
  /** Version to go on from; undefined where only a list helps. */
  #version: string | undefined;
  #pageSize: number | undefined = PAGE;
  #failures = 0;

  public constructor(options: ReflectorOptions) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /** Follows until the signal fires. Never rejects. */
  public async run(signal: AbortSignal): Promise<void> {
    const ended = (): boolean => signal.aborted;
    while (!ended()) {
      try {
        if (this.#version === undefined) await this.#list(signal);
        else await this.#watch(this.#version, signal);
      } catch (error) {
        if (!ended()) await this.#afterFailure(error, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, path, query, sink, observer, resource } = this.#options;
    const objects: JsonObject[] = [];
    let page = await client.list(path, { ...query, limit: this.#pageSize }, signal);
    objects.push(...page.items);
    while (page.continueToken !== undefined) {
      page = await client.list(path, { ...query, limit: this.#pageSize, continue: page.continueToken }, signal);
      objects.push(...page.items);
    }
    if (signal.aborted) return;
    this.#version = page.resourceVersion;
    sink.replace(objects);
    observer?.listed?.(resource, objects.length);
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { client, path, query, random, watchMs, graceMs } = this.#options;
    const timeoutSeconds = Math.ceil((watchMs / 1000) * (1 + random() / 2));
    const asked = { ...query, resourceVersion, timeoutSeconds, allowWatchBookmarks: 'true' };
    const start = performance.now();
    let events = 0;
    try {
      const dead = new KubeError(undefined, 'the watch did not end in time');
      await within(watchMs * 1.5 + graceMs, dead, signal, (both) =>
        client.watch(path, asked, both, (event) => {
          events++;
          if (!signal.aborted) this.#take(event);
        }),
      );
    } finally {
      if (performance.now() - start > SHORT_WATCH_MS) this.#failures = 0;
    }
    // A server that ends watches at once would be asked in a circle.
    if (events > 0 || performance.now() - start > SHORT_WATCH_MS) return;
    this.#failures++;
    await this.#options.sleep(this.#backOff(), signal);
  }

  #take({ type, object }: KubeWatchEvent): void {
    const { sink } = this.#options;
    if (type === 'ERROR') throw errorOf(object);
    this.#failures = 0;
    if (type === 'ADDED' || type === 'MODIFIED') sink.upsert(object);
    else if (type === 'DELETED') sink.remove(object);
    this.#version = versionOf(object) ?? this.#version;
  }

  async #afterFailure(error: unknown, signal: AbortSignal): Promise<void> {
    const { observer, resource, sleep } = this.#options;
    const status = statusOf(error);
    if (status === 410) {
      // A version or the rest of a list that the server has forgotten. A list in one piece is never forgotten.
      if (this.#version === undefined) this.#pageSize = undefined;
      this.#version = undefined;
      if (this.#failures++ === 0) return;
    } else this.#failures++;
    const retryMs = this.#backOff(status === 404 || status === 403 ? ABSENT_RETRY_MS : undefined);
    observer?.failed?.(resource, error instanceof Error ? error.message : String(error), status, retryMs);
    await sleep(retryMs, signal);
  }

  /** Doubled with every failure; half of it at random, so that pickers do not come back all at once. */
  #backOff(fixed?: number): number {
    const ms = fixed ?? Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, this.#failures - 1));
    return Math.round(ms * (0.5 + this.#options.random() / 2));
  }
}

/** A watch ends with a Status object when its version is too old, among other things. */
function errorOf(status: JsonObject): KubeError {
  const { code, message } = status;
  return new KubeError(
    typeof code === 'number' ? code : undefined,
    typeof message === 'string' ? message : 'the watch failed',
  );
}

function versionOf({ metadata }: JsonObject): string | undefined {
  const version = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined;
  return typeof version === 'string' && version !== '' ? version : undefined;
}
