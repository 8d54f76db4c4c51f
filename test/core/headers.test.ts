import {
  CONTROL_HEADERS,
  DECISION_ID_HEADER,
  DESTINATION_ENDPOINT_HEADER,
  DROPPED_REASON_HEADER,
  ENDPOINT_SCORES_KEY,
  GATEWAY_HEADERS,
  HOP_HEADERS,
  LLM_D_HEADERS,
  PEER_HEADERS,
  SERVED_ENDPOINT_KEY,
  SUBSET_HEADER,
} from '../../lib/core/headers';

// endpoint-picker.md 1.2, from llm-d router 0.10, pkg/epp/util/request/headers.go, and its table of old aliases.
test('the extension has its names', () => {
  expect(GATEWAY_HEADERS).toEqual({
    objective: 'x-gateway-inference-objective',
    fairnessId: 'x-gateway-inference-fairness-id',
  });
});

test('llm-d has its names', () => {
  expect(LLM_D_HEADERS).toEqual({
    objective: 'x-llm-d-inference-objective',
    fairnessId: 'x-llm-d-inference-fairness-id',
  });
});

test('every picker names the chosen pods and the reason of a refusal in the same headers', () => {
  expect([DESTINATION_ENDPOINT_HEADER, DROPPED_REASON_HEADER]).toEqual([
    'x-gateway-destination-endpoint',
    'x-llm-d-request-dropped-reason',
  ]);
});

test('names are in lower case, as HTTP/2 sends them', () => {
  const names = [...HOP_HEADERS, ...Object.values(PEER_HEADERS), DECISION_ID_HEADER, DESTINATION_ENDPOINT_HEADER];

  expect(names.filter((name) => name !== name.toLowerCase())).toEqual([]);
});

// endpoint-picker.md 1.3, from llm-d router, pkg/epp/metadata/consts.go.
test('what a client asks of the picker has a current name and an older one', () => {
  expect(CONTROL_HEADERS).toEqual({
    OBJECTIVE: { current: 'x-llm-d-inference-objective', older: 'x-gateway-inference-objective' },
    FAIRNESS_ID: { current: 'x-llm-d-inference-fairness-id', older: 'x-gateway-inference-fairness-id' },
    MODEL_REWRITE: { current: 'x-llm-d-model-name-rewrite', older: 'x-gateway-model-name-rewrite' },
    TTFT_MS: { current: 'x-llm-d-slo-ttft-ms', older: 'x-slo-ttft-ms' },
    TPOT_MS: { current: 'x-llm-d-slo-tpot-ms', older: 'x-slo-tpot-ms' },
  });
});

test('every name of what a client asks is kept from model servers', () => {
  const names = Object.values(CONTROL_HEADERS).flatMap(({ current, older }) => [current, older]);

  expect(HOP_HEADERS).toEqual(expect.arrayContaining(names));
});

test('the gateway and the picker speak of endpoints under the names of the protocol', () => {
  expect([SUBSET_HEADER, SERVED_ENDPOINT_KEY, ENDPOINT_SCORES_KEY]).toEqual([
    'x-gateway-destination-endpoint-subset',
    'x-gateway-destination-endpoint-served',
    'x-gateway-destination-endpoint-scores',
  ]);
});

// endpoint-picker.md 1.3, from llm-d router, pkg/common/routing/common.go.
test('pods that work together on a request are named in headers of their own', () => {
  expect(Object.values(PEER_HEADERS)).toEqual([
    'x-prefiller-host-port',
    'x-encoder-hosts-ports',
    'x-data-parallel-host-port',
    'x-kv-cache-source-host-port',
  ]);
});

test('answers name the decision in a header that is none of upstream', () => {
  expect(DECISION_ID_HEADER).toBe('x-inference-decision-id');
});
