import type {
  Director,
  RejectVerdict,
  RequestBody,
  RequestHead,
  ResponseWatcher,
  RouteVerdict,
  Verdict,
} from '../../../lib/picker/director/types';

/** A watcher that notes what it is told. */
export class RecordingWatcher implements ResponseWatcher {
  public onEvict: ((verdict: RejectVerdict) => void) | undefined;
  public readonly usage = undefined;
  public headersSeen: ReadonlyMap<string, string> | undefined;
  public served: string | undefined;
  public readonly ends: string[] = [];
  public bytes = 0;
  /** Header values to set on the answer. */
  public setHeaders: readonly (readonly [string, string])[] = [];
  /** What the client gets in a chunk's place. */
  public transform: (chunk: Uint8Array, last: boolean) => Uint8Array = (chunk) => chunk;

  public headers(headers: ReadonlyMap<string, string>, served: string | undefined): typeof this.setHeaders {
    this.headersSeen = headers;
    this.served = served;
    return this.setHeaders;
  }

  public body(chunk: Uint8Array, last: boolean): Uint8Array {
    this.bytes += chunk.length;
    return this.transform(chunk, last);
  }

  public end(how: 'completed' | 'aborted' | 'failed'): void {
    this.ends.push(how);
  }
}

/** One call of the director. */
export interface Directed {
  readonly head: RequestHead;
  readonly body: RequestBody | undefined;
  /** The body in one piece, copied when it came. */
  readonly bytes: Buffer;
}

type Script = (directed: Directed) => Verdict | Promise<Verdict>;

/** A director that does as it is told; without a script it routes everything to 10.0.0.1:8000. */
export class FakeDirector implements Director {
  public readonly calls: Directed[] = [];
  public readonly watchers: RecordingWatcher[] = [];
  public script: Script = ({ body }) => this.route({ body });

  public direct(head: RequestHead, body: RequestBody | undefined): Verdict | Promise<Verdict> {
    const directed = { head, body, bytes: Buffer.concat(body?.chunks ?? []) };
    this.calls.push(directed);
    return this.script(directed);
  }

  /** A verdict that routes, with a watcher of its own at the end of `watchers`. */
  public route(overrides: Partial<RouteVerdict> = {}): RouteVerdict {
    const watcher = new RecordingWatcher();
    this.watchers.push(watcher);
    return {
      kind: 'route',
      decisionId: 'd-1',
      destination: '10.0.0.1:8000',
      scores: undefined,
      setHeaders: [],
      removeHeaders: [],
      body: undefined,
      exchange: watcher,
      ...overrides,
    };
  }

  /** The watcher of the only request. */
  public get watcher(): RecordingWatcher {
    const [watcher, ...more] = this.watchers;
    if (watcher === undefined || more.length > 0) throw new Error(`${this.watchers.length} requests were routed`);
    return watcher;
  }
}

/** A promise and what settles it. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
