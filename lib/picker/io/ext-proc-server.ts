import { EXT_PROC_SERVICE } from '../../core/picker/ext-proc';
import type { Director } from '../director/types';
import { ByteBudget } from '../protocol/byte-budget';
import { Exchange, type ExchangeParts } from '../protocol/exchange';
import { GrpcStatus, type GrpcStatusCode } from '../protocol/grpc-status';
import { decodeProcessingRequest } from '../protocol/requests';
import { ResponseEncoder } from '../protocol/responses';
import { WireError } from '../protocol/wire-reader';
import type { Clock } from '../time';
import type { GrpcCall, GrpcMethods, GrpcReceiver } from './grpc-call';

/** Path of the one method of the service. */
export const PROCESS_PATH = `/${EXT_PROC_SERVICE}/Process`;

/** Follows the streams of gateways, for metrics. */
export interface StreamObserver {
  started(): void;
  /** `code` is the gRPC status of the end; 1 when the gateway broke off what was not complete. */
  ended(code: GrpcStatusCode, startedAt: number): void;
}

/** What the service asks and keeps to. */
export interface ExtProcOptions {
  readonly director: Director;
  readonly clock: Clock;
  /** Longest request body, bytes. */
  readonly maxBodyBytes: number;
  /** Request bodies held at one time over all streams, bytes. */
  readonly maxHeldBytes: number;
  /** Told of errors that no input should cause. */
  readonly onFault: (error: unknown) => void;
  /**
   * Follows the streams.
   * @default - nobody counts them
   */
  readonly observer?: StreamObserver | undefined;
}

/** The external processing service: one exchange a stream. */
export function extProcMethods(options: ExtProcOptions): GrpcMethods {
  const allocate = (bytes: number): Uint8Array => Buffer.allocUnsafe(bytes);
  const { director, clock, maxBodyBytes, onFault, observer } = options;
  const parts: ExchangeParts = {
    director,
    clock,
    encoder: new ResponseEncoder(allocate),
    allocate,
    maxBodyBytes,
    budget: new ByteBudget(options.maxHeldBytes),
    onFault,
  };
  const process = (call: GrpcCall): GrpcReceiver => new ProcessStream(parts, call, observer);
  return new Map([[PROCESS_PATH, process]]);
}

/** Decodes a stream's messages for its exchange. */
class ProcessStream implements GrpcReceiver {
  readonly #exchange: Exchange;
  readonly #ended: (code: GrpcStatusCode) => void;

  public constructor(parts: ExchangeParts, call: GrpcCall, observer: StreamObserver | undefined) {
    const startedAt = parts.clock.now();
    observer?.started();
    this.#ended = (code) => observer?.ended(code, startedAt);
    this.#exchange = new Exchange(parts, {
      send: (frame) => call.send(frame),
      close: (status, message) => {
        call.close(status, message);
        this.#ended(status);
      },
    });
  }

  public message(payload: Uint8Array): void {
    let message;
    try {
      message = decodeProcessingRequest(payload);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#exchange.refuse(GrpcStatus.INVALID_ARGUMENT, error.message);
      return;
    }
    this.#exchange.receive(message);
  }

  public halfClosed(): void {
    this.#exchange.halfClosed();
  }

  public drained(): void {
    this.#exchange.drained();
  }

  public cancelled(): void {
    // Envoy resets every stream once its request is over.
    const status = this.#exchange.isComplete ? GrpcStatus.OK : GrpcStatus.CANCELLED;
    this.#exchange.cancelled();
    this.#ended(status);
  }
}
