import { HTTP_PORT, HTTPS_PORT, MODEL_SERVER_PORT, PickerPorts } from '../../lib/core/ports';

// GAIE 1.5.0, pkg/epp/server/options.go: grpc-port 9002, grpc-health-port 9003, metrics-port 9090.
test('the picker listens where the Go picker does', () => {
  expect(PickerPorts).toEqual({ EXT_PROC: 9002, HEALTH: 9003, METRICS: 9090 });
});

test('vLLM listens on its own default', () => {
  expect(MODEL_SERVER_PORT).toBe(8000);
});

test('gateways listen on the ports of HTTP', () => {
  expect([HTTP_PORT, HTTPS_PORT]).toEqual([80, 443]);
});

test('ports cannot be changed', () => {
  expect(Object.isFrozen(PickerPorts)).toBe(true);
});
