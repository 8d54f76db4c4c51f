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
