/** Request headers that clients send to the endpoint picker. */
export interface InferenceHeaders {
  /** Name of the InferenceObjective that sets the priority. */
  readonly objective: string;
  /** Tenant that fairness counts the request for. */
  readonly fairnessId: string;
}

/** Names of the Gateway API Inference Extension, understood by every flavour. */
export const GATEWAY_HEADERS: InferenceHeaders = Object.freeze({
  objective: 'x-gateway-inference-objective',
  fairnessId: 'x-gateway-inference-fairness-id',
});

/** Names since llm-d router 0.10. */
export const LLM_D_HEADERS: InferenceHeaders = Object.freeze({
  objective: 'x-llm-d-inference-objective',
  fairnessId: 'x-llm-d-inference-fairness-id',
});

/** Header in which the endpoint picker names the pods that it chose, best first. */
export const DESTINATION_ENDPOINT_HEADER = 'x-gateway-destination-endpoint';

/** Header that tells a client why its request was dropped. */
export const DROPPED_REASON_HEADER = 'x-llm-d-request-dropped-reason';

/** Header in which the gateway says which pods it allows, as a header; it normally comes as metadata of this name. */
export const SUBSET_HEADER = 'x-gateway-destination-endpoint-subset';

/** Metadata in which the gateway says which pod served in the end. */
export const SERVED_ENDPOINT_KEY = 'x-gateway-destination-endpoint-served';

/** Metadata in which the endpoint picker gives the score of each pod that it chose. */
export const ENDPOINT_SCORES_KEY = 'x-gateway-destination-endpoint-scores';

/** Header of an answer that names the decision which led to its pod: the key to `/debug/decisions`. */
export const DECISION_ID_HEADER = 'x-inference-decision-id';

/** A header of the endpoint picker's with its name in both generations; the current one wins where both are sent. */
export interface ControlHeader {
  readonly current: string;
  readonly older: string;
}

/** Headers by which a client steers the endpoint picker. */
export const CONTROL_HEADERS = Object.freeze({
  /** Name of the InferenceObjective that sets the priority. */
  OBJECTIVE: control(LLM_D_HEADERS.objective, GATEWAY_HEADERS.objective),
  /** Tenant that fairness counts the request for. */
  FAIRNESS_ID: control(LLM_D_HEADERS.fairnessId, GATEWAY_HEADERS.fairnessId),
  /** Model name that the server is asked for instead of the body's. */
  MODEL_REWRITE: control('x-llm-d-model-name-rewrite', 'x-gateway-model-name-rewrite'),
  /** Hoped-for time to first token, ms. */
  TTFT_MS: control('x-llm-d-slo-ttft-ms', 'x-slo-ttft-ms'),
  /** Hoped-for time per output token, ms. */
  TPOT_MS: control('x-llm-d-slo-tpot-ms', 'x-slo-tpot-ms'),
});

/** Tenant of requests that name none. */
export const DEFAULT_FAIRNESS_ID = 'default-flow';

/** Header that names a request in every log on its way. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Headers that tell an endpoint of the pods that work with it on a request. */
export const PEER_HEADERS = Object.freeze({
  PREFILLER: 'x-prefiller-host-port',
  ENCODERS: 'x-encoder-hosts-ports',
  DATA_PARALLEL: 'x-data-parallel-host-port',
  CACHE_SOURCE: 'x-kv-cache-source-host-port',
});

/** Headers that may hold the path which the client asked for, the first found decides; the query is not part of it. */
export const PATH_HEADERS: readonly string[] = Object.freeze([':path', 'x-original-path', 'x-forwarded-path']);

/**
 * Request headers that are between client, gateway and endpoint picker: a model server gets none of them, since it could
 * not tell the picker's word from a client's.
 */
export const HOP_HEADERS: readonly string[] = Object.freeze([
  ...Object.values(CONTROL_HEADERS).flatMap(({ current, older }) => [current, older]),
  'x-llm-d-video-fps',
  'x-llm-d-video-duration-seconds',
  'x-llm-d-video-resolution',
  SUBSET_HEADER,
  SERVED_ENDPOINT_KEY,
  ENDPOINT_SCORES_KEY,
  DROPPED_REASON_HEADER,
]);

function control(current: string, older: string): ControlHeader {
  return Object.freeze({ current, older });
}
