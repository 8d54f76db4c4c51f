import { GRPC_HEALTH_SERVICE } from '../../core/picker/ext-proc';
import { FRAME_PREFIX, writeFramePrefix } from '../protocol/frame';
import { GrpcStatus } from '../protocol/grpc-status';
import { WireError, WireReader } from '../protocol/wire-reader';
import { WireWriter } from '../protocol/wire-writer';
import type { GrpcCall, GrpcMethod, GrpcMethods, GrpcReceiver } from './grpc-call';

/** `HealthCheckResponse.ServingStatus` of grpc.health.v1. */
const STATUS_NUMBER = Object.freeze({ SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 });

export type ServingStatus = keyof typeof STATUS_NUMBER;

/** What the health service answers from. */
export interface HealthOptions {
  /** How a service is; asked anew for every call. The empty name stands for the whole server. */
  readonly status: (service: string) => ServingStatus;
  /** Names that `List` tells. */
  readonly services: readonly string[];
  /** Time between two looks for who watches, ms. */
  readonly watchIntervalMs: number;
}

/** The methods of grpc.health.v1.Health. */
export function healthMethods(options: HealthOptions): GrpcMethods {
  const path = (method: string): string => `/${GRPC_HEALTH_SERVICE}/${method}`;
  return new Map<string, GrpcMethod>([
    [path('Check'), (call) => unary(call, check, options)],
    [path('List'), (call) => unary(call, list, options)],
    [path('Watch'), (call) => new WatchCall(call, options)],
  ]);
}

type Answer = (call: GrpcCall, options: HealthOptions, request: Uint8Array) => void;

function check(call: GrpcCall, options: HealthOptions, request: Uint8Array): void {
  const service = readService(request);
  const status = options.status(service);
  if (status === 'SERVICE_UNKNOWN') call.close(GrpcStatus.NOT_FOUND, `there is no service '${service}'`);
  else {
    call.send(statusFrame(status));
    call.close(GrpcStatus.OK, '');
  }
}

/** `HealthListResponse`: statuses 1, a map from name to `HealthCheckResponse`. */
function list(call: GrpcCall, options: HealthOptions): void {
  const writer = new WireWriter();
  for (const service of options.services) {
    const entry = writer.size;
    writer.uint(1, STATUS_NUMBER[options.status(service)]);
    writer.message(2, entry);
    writer.text(1, service);
    writer.message(1, entry);
  }
  call.send(frame(writer));
  call.close(GrpcStatus.OK, '');
}

/** A call with one request, which is answered at once. */
function unary(call: GrpcCall, answer: Answer, options: HealthOptions): GrpcReceiver {
  return {
    message: (request) => {
      guardWire(call, () => {
        answer(call, options, request);
      });
    },
    halfClosed: () => {
      call.close(GrpcStatus.INVALID_ARGUMENT, 'the call ended without a request');
    },
    drained: () => undefined,
    cancelled: () => undefined,
  };
}

/** Tells the status at once and then whenever it is another. */
class WatchCall implements GrpcReceiver {
  readonly #call: GrpcCall;
  readonly #options: HealthOptions;
  #timer: NodeJS.Timeout | undefined;
  #told: ServingStatus | undefined;

  public constructor(call: GrpcCall, options: HealthOptions) {
    this.#call = call;
    this.#options = options;
  }

  public message(payload: Uint8Array): void {
    if (this.#timer !== undefined) return;
    guardWire(this.#call, () => {
      const service = readService(payload);
      this.#timer = setInterval(() => {
        this.#look(service);
      }, this.#options.watchIntervalMs);
      this.#timer.unref();
      this.#look(service);
    });
  }

  /** Clients end their side after the request; the watch goes on until they break it off. */
  public halfClosed(): void {
    if (this.#timer === undefined) this.#call.close(GrpcStatus.INVALID_ARGUMENT, 'the call ended without a request');
  }

  public drained(): void {
    // A status that could not be sent is overtaken by the next.
  }

  public cancelled(): void {
    clearInterval(this.#timer);
  }

  #look(service: string): void {
    const status = this.#options.status(service);
    if (status === this.#told) return;
    this.#told = status;
    this.#call.send(statusFrame(status));
  }
}

function guardWire(call: GrpcCall, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    call.close(GrpcStatus.INVALID_ARGUMENT, error.message);
  }
}

/** `HealthCheckRequest`: service 1. */
function readService(request: Uint8Array): string {
  const reader = new WireReader(request);
  let service = '';
  while (reader.next()) {
    if (reader.field === 1) service = reader.text();
    else reader.skip();
  }
  return service;
}

/** `HealthCheckResponse`: status 1. */
function statusFrame(status: ServingStatus): Uint8Array {
  const writer = new WireWriter();
  writer.uint(1, STATUS_NUMBER[status]);
  return frame(writer);
}

function frame(writer: WireWriter): Uint8Array {
  const bytes = new Uint8Array(FRAME_PREFIX + writer.size);
  writer.copyTo(bytes, FRAME_PREFIX);
  writeFramePrefix(bytes);
  return bytes;
}
