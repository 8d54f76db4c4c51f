import type { RequestBody } from '../request/body';
import type { Usage } from '../scheduling/call';

export type { RequestBody } from '../request/body';

/** What the gateway said of a request before its body. */
export interface RequestHead {
  /** Lower-case names, pseudo headers included; the last value of a repeated header. */
  readonly headers: ReadonlyMap<string, string>;
  /** Endpoints that the gateway allows, from its subset hint; undefined when it sent none. */
  readonly subset: readonly string[] | undefined;
  /** Clock time, ms. */
  readonly receivedAt: number;
  /** Fires when the client or the gateway gave up. */
  readonly signal: AbortSignal;
}

/** Let the request go to these endpoints. */
export interface RouteVerdict {
  readonly kind: 'route';
  readonly decisionId: string;
  /** Value of `x-gateway-destination-endpoint`, in the header and in the metadata `envoy.lb`. */
  readonly destination: string;
  /** Scores for the metadata, `host:port` to score; undefined unless asked for. */
  readonly scores: Readonly<Record<string, number>> | undefined;
  /** Request headers to set beside the destination, lower case. */
  readonly setHeaders: readonly (readonly [string, string])[];
  /** Request headers that only the picker needed, lower case. */
  readonly removeHeaders: readonly string[];
  /** The body to send on. The same object that came in when nothing changed; undefined for a request without body. */
  readonly body: RequestBody | undefined;
  readonly exchange: ResponseWatcher;
}

/** Answer the client at once. */
export interface RejectVerdict {
  readonly kind: 'reject';
  /** HTTP status. */
  readonly status: number;
  /** Text of the answer, `inference error: <Code> - <message>`. */
  readonly body: string;
  /** Response headers, lower case. */
  readonly headers: readonly (readonly [string, string])[];
}

export type Verdict = RouteVerdict | RejectVerdict;

/** Follows an answer. Methods are called in their order; `end` exactly once, whatever happens. */
export interface ResponseWatcher {
  /** Called when the running request is to be ended with a 429; set by the protocol before anything else. */
  onEvict: ((verdict: RejectVerdict) => void) | undefined;
  /** Takes status and headers, and which endpoint served where the gateway says so. Returns headers to set. */
  headers(headers: ReadonlyMap<string, string>, served: string | undefined): readonly (readonly [string, string])[];
  /** Takes a chunk of the body and returns what the client gets: mostly the same object. */
  body(chunk: Uint8Array, last: boolean): Uint8Array;
  /** The answer is complete, or will never be. */
  end(how: 'completed' | 'aborted' | 'failed'): void;
  /** Token counts found so far. */
  readonly usage: Usage | undefined;
}

/** Decides on requests: the one thing that the protocol asks. */
export interface Director {
  /** Returns a promise only when the request must wait at the door. Never rejects. */
  direct(head: RequestHead, body: RequestBody | undefined): Verdict | Promise<Verdict>;
}
