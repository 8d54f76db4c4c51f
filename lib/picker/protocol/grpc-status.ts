/** Codes of a gRPC call's end that the picker uses; numbers by the gRPC specification. */
export const GrpcStatus = Object.freeze({
  OK: 0,
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
});

export type GrpcStatusCode = (typeof GrpcStatus)[keyof typeof GrpcStatus];
