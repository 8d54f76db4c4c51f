import { FLAGS, REFUSED_FLAGS } from '../../../lib/core/picker/flags';
import type { FlagFacts } from '../../../lib/core/picker/flags-facts';
import { FIXED_PICKER_FLAGS, PICKER_FLAGS } from '../../../lib/core/picker/managed-flags';

/** Flags of the llm-d router, pkg/epp/server/options.go, with their defaults as they are written there. */
const UPSTREAM = {
  'grpc-port': 9002,
  'grpc-health-port': 9003,
  'metrics-port': 9090,
  'ha-enable-leader-election': false,
  'drain-timeout': 30_000,
  'pool-group': 'inference.networking.k8s.io',
  'pool-namespace': '',
  'pool-name': '',
  'endpoint-selector': '',
  'endpoint-target-ports': [],
  'disable-endpoint-subset-filter': false,
  'emit-endpoint-scores': false,
  'refresh-metrics-interval': 50,
  'refresh-prometheus-metrics-interval': 5000,
  'metrics-staleness-threshold': 2000,
  v: 2,
  tracing: true,
  'health-checking': false,
  'enable-pprof': true,
  'cert-path': '',
  'enable-cert-reload': false,
  'enable-grpc-stream-metrics': false,
  'secure-serving': true,
  'tls-min-version': '',
  'tls-cipher-suites': [],
  'metrics-endpoint-auth': true,
  'metrics-client-ca-file': '',
  'metrics-cert-dir': '',
  'config-file': '',
  'config-text': '',
  'allow-experimental-plugins': false,
};

test.each(Object.entries(UPSTREAM))('--%s has the default of the Go picker', (name, value) => {
  expect((FLAGS as Record<string, FlagFacts>)[name]).toMatchObject({ default: value });
});

test('flags of our own are marked as such', () => {
  const upstreamWithoutDefault = [
    'grpc-max-recv-msg-size',
    'grpc-max-send-msg-size',
    'kubeconfig',
    ...Object.keys(FLAGS).filter((name) => name.startsWith('zap-')),
  ];
  const ours = Object.entries(FLAGS as Record<string, FlagFacts>).filter(([, { own }]) => own === true);

  expect([...Object.keys(UPSTREAM), ...upstreamWithoutDefault, ...ours.map(([name]) => name)].sort()).toEqual(
    Object.keys(FLAGS).sort(),
  );
});

test('no flag is taken and refused', () => {
  expect(Object.keys(REFUSED_FLAGS).filter((name) => name in FLAGS)).toEqual([]);
});

test('the flags that the construct writes exist', () => {
  const written = [...Object.keys(PICKER_FLAGS), ...Object.keys(FIXED_PICKER_FLAGS)];

  expect(written.filter((flag) => !(flag.slice(2) in FLAGS))).toEqual([]);
});

test.each(Object.entries(FLAGS as Record<string, FlagFacts>))('the help of --%s is a sentence', (_, { help }) => {
  expect(help).toMatch(/^[A-Z/d].*\.$|^debug.*\.$/);
});
