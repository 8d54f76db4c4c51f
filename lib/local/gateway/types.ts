import type { Clock, Random } from '../../picker/time';
import type { Listener, SocketAddress } from '../routing/types';

/** Where the endpoint picker of a pool listens. */
export interface PickerAddress extends SocketAddress {
  /** Whether it has TLS; its certificate is not verified, as no gateway does. */
  readonly tls: boolean;
  /** Port of its gRPC health checks, without TLS. */
  readonly healthPort: number;
}

/** A pool of model servers behind an endpoint picker. */
export interface GatewayPool {
  /** As routes name it, see `targetName`. */
  readonly name: string;
  readonly picker: PickerAddress;
  readonly failureMode: 'FailOpen' | 'FailClose';
  /** Those that take requests at the moment. */
  readonly endpoints: () => readonly SocketAddress[];
}

/** A plain Service: its endpoints in turn. */
export interface GatewayService {
  /** As routes name it, see `targetName`. */
  readonly name: string;
  /** Those that take requests at the moment. */
  readonly endpoints: () => readonly SocketAddress[];
}

/** What happens to a request; `id` is the same in all events of one. */
export type GatewayEvent = { readonly id: number; /** Of the clock, ms. */ readonly at: number } & (
  | {
      readonly kind: 'start';
      readonly listener: string;
      readonly method: string;
      readonly path: string;
    }
  /** It has a connection to an endpoint. */
  | { readonly kind: 'endpoint'; readonly target: string; readonly endpoint: string }
  /** The client gets the first bytes of the answer's body. */
  | { readonly kind: 'first-byte' }
  /** `cut` where the answer is not complete; the status is undefined where none was sent. */
  | { readonly kind: 'end'; readonly status: number | undefined; readonly cut: boolean }
);

/** What both gateways are made of. */
export interface LocalGatewayOptions {
  /** Port 0 takes a free one. */
  readonly listeners: readonly Listener[];
  readonly pools: readonly GatewayPool[];
  readonly services: readonly GatewayService[];
  /**
   * Follows requests; the Node proxy alone calls it.
   * @default - nobody does
   */
  readonly onRequest?: ((event: GatewayEvent) => void) | undefined;
  /**
   * Told of what nobody can answer for: a gateway's process that ended, an error that no input should cause.
   * @default - nobody is told
   */
  readonly onFault?: ((error: unknown) => void) | undefined;
  /**
   * Longest wait for a picker's answer, ms. A request that waits in the picker's queue waits here too.
   * @default 10000
   */
  readonly messageTimeoutMs?: number | undefined;
  /**
   * Request header whose value becomes the subset hint that the picker gets.
   * @default - none
   */
  readonly subsetHeader?: string | undefined;
  /** @default - the clock of the machine */
  readonly clock?: Clock | undefined;
  /**
   * Spreads requests by the weights of a route; the Node proxy alone uses it.
   * @default - that of the machine
   */
  readonly random?: Random | undefined;
}

/** Longest wait for a picker's answer where nobody says another, ms. */
export const DEFAULT_MESSAGE_TIMEOUT_MS = 10_000;

/** A listener and the port that it got. */
export interface ListenerAddress extends SocketAddress {
  readonly name: string;
}

/** A gateway that runs. */
export interface LocalGatewayServer {
  readonly kind: 'envoy' | 'node-proxy';
  readonly listeners: readonly ListenerAddress[];
  /** Call it when the endpoints of a pool or Service are others than before. */
  endpointsChanged(): void;
  /** Ends it at once, open requests included. */
  stop(): Promise<void>;
}
