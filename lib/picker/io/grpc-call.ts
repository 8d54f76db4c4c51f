import type { GrpcStatusCode } from '../protocol/grpc-status';

/** The server's side of a gRPC call, whatever carries it. */
export interface GrpcCall {
  /** Sends a message with its length prefix. False when much waits to be sent: `GrpcReceiver.drained` tells when not. */
  send(frame: Uint8Array): boolean;
  /** Ends the call. A second call does nothing, and neither does `send` after it. */
  close(status: GrpcStatusCode, message: string): void;
}

/** What a service does with a call. After `GrpcCall.close` nothing is called. */
export interface GrpcReceiver {
  /** Takes a message without its prefix: a view that may be kept. */
  message(payload: Uint8Array): void;
  /** The client sends no more. */
  halfClosed(): void;
  /** What was sent is on its way. */
  drained(): void;
  /** The call is over: the client or its connection is gone, or its time ran out. */
  cancelled(): void;
}

/** Starts to serve a call. */
export type GrpcMethod = (call: GrpcCall) => GrpcReceiver;

/** Methods by path: `/package.Service/Method`. */
export type GrpcMethods = ReadonlyMap<string, GrpcMethod>;
