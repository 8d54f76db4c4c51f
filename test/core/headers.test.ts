import {
  DESTINATION_ENDPOINT_HEADER,
  DROPPED_REASON_HEADER,
  GATEWAY_HEADERS,
  LLM_D_HEADERS,
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
  const names = [GATEWAY_HEADERS, LLM_D_HEADERS].flatMap(({ objective, fairnessId }) => [objective, fairnessId]);

  expect(names.filter((name) => name !== name.toLowerCase())).toEqual([]);
});
