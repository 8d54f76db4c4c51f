/** An object as the API server keeps it. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: object;
}

/** A watch of a collection. */
export interface Watcher {
  /** Sends what happened since the version that was asked for, then what happens. */
  start(): void;
  stop(): void;
  bookmark(version: string): void;
  /** Says that the version is too old, as a watch in progress does. */
  gone(): void;
}

interface Change {
  readonly version: number;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

/** What lists and watches ask for. */
type Selection = Readonly<Record<string, string>>;

/** Objects of one resource, and their changes. */
export class Collection {
  #objects = new Map<string, KubeObject>();
  #changes: Change[] = [];
  /** Changes up to this version are forgotten. */
  #forgotten = 0;
  readonly #listeners = new Set<(change: Change) => void>();

  public constructor(private readonly nextVersion: () => string) {}

  public get(name: string): KubeObject | undefined {
    return this.#objects.get(name);
  }

  public put(object: KubeObject): KubeObject {
    const version = this.nextVersion();
    const after = { ...object, metadata: { ...object.metadata, resourceVersion: version } };
    this.#change(object.metadata.name, Number(version), after);
    return after;
  }

  public create(object: KubeObject): KubeObject | number {
    return this.#objects.has(object.metadata.name) ? 409 : this.put(object);
  }

  public update(name: string, object: KubeObject): KubeObject | number {
    const known = this.#objects.get(name);
    if (known === undefined) return 404;
    const { resourceVersion } = object.metadata;
    if (resourceVersion !== undefined && resourceVersion !== known.metadata.resourceVersion) return 409;
    return this.put(object);
  }

  public delete(name: string): void {
    if (this.#objects.has(name)) this.#change(name, Number(this.nextVersion()), undefined);
  }

  public compact(): void {
    this.#forgotten = Number(this.nextVersion());
    this.#changes = [];
  }

  /** A page of a list; undefined when the rest of a list is forgotten. */
  public list(query: Selection, version: string): object | undefined {
    const [from = '0', listVersion = version] = (query['continue'] ?? '0').split('@');
    if (query['continue'] !== undefined && Number(listVersion) <= this.#forgotten) return undefined;
    const all = [...this.#objects.values()].filter((object) => selected(object, query));
    const limit = Number(query['limit'] ?? Infinity);
    const to = Number(from) + limit;
    const next = to < all.length ? { continue: `${to}@${listVersion}` } : {};
    return { metadata: { resourceVersion: listVersion, ...next }, items: all.slice(Number(from), to) };
  }

  /** Undefined where the version is too old. */
  public watch(version: string, query: Selection, send: (event: WatchEvent) => void): Watcher | undefined {
    const from = version === '' ? 0 : Number(version);
    if (from < this.#forgotten) return undefined;
    const tell = (change: Change): void => {
      const event = eventFor(change, query);
      if (event !== undefined) send(event);
    };
    return {
      start: () => {
        for (const change of this.#changes) if (change.version > from) tell(change);
        this.#listeners.add(tell);
      },
      stop: () => this.#listeners.delete(tell),
      bookmark: (at) => {
        send({ type: 'BOOKMARK', object: { metadata: { resourceVersion: at } } });
      },
      gone: () => {
        send({ type: 'ERROR', object: { kind: 'Status', code: 410, message: `too old resource version: ${version}` } });
      },
    };
  }

  #change(name: string, version: number, after: KubeObject | undefined): void {
    const before = this.#objects.get(name);
    if (after === undefined) this.#objects.delete(name);
    else this.#objects.set(name, after);
    const change = { version, before, after };
    this.#changes.push(change);
    for (const listener of this.#listeners) listener(change);
  }
}

/** An object that no longer fits a watch's selector is deleted for that watch. */
function eventFor({ before, after, version }: Change, query: Selection): WatchEvent | undefined {
  const was = before !== undefined && selected(before, query);
  const is = after !== undefined && selected(after, query);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object: after };
  if (!was) return undefined;
  const last = after ?? before;
  return { type: 'DELETED', object: { ...last, metadata: { ...last.metadata, resourceVersion: String(version) } } };
}

function selected({ metadata }: KubeObject, query: Selection): boolean {
  const labels = (query['labelSelector'] ?? '').split(',').filter((term) => term !== '');
  const byLabel = labels.every((term) => {
    const [, name = '', operator, value] = /^([^!=]+)(!=|=)(.*)$/.exec(term) ?? [];
    return (metadata.labels?.[name] === value) === (operator === '=');
  });
  const [, field] = /^metadata\.name=(.*)$/.exec(query['fieldSelector'] ?? '') ?? [];
  return byLabel && (field === undefined || field === metadata.name);
}
