/** gRPC service that a gateway asks for each request. */
export const EXT_PROC_SERVICE = 'envoy.service.ext_proc.v3.ExternalProcessor';

/** gRPC service that says whether the picker takes requests. */
export const GRPC_HEALTH_SERVICE = 'grpc.health.v1.Health';

/** Namespaces of the dynamic metadata between gateway and picker; endpoint picker protocol 1.0 (proposal 004). */
export const MetadataNamespaces = Object.freeze({
  /** Here the picker names its choice, and the gateway the endpoint that served. */
  ENDPOINTS: 'envoy.lb',
  /** Here the gateway limits the choice. */
  SUBSET: 'envoy.lb.subset_hint',
});

/** Body bytes in one answer of the picker: Envoy advises at most 64 KiB a message, what frames it included. */
export const BODY_CHUNK_BYTES = 62_000;

/** Request bodies that a picker holds at one time over all streams, bytes. */
export const HELD_BODIES_BYTES = 512 * 1024 * 1024;
