import { deepFreeze } from '../freeze';
import { PickerPorts } from '../ports';
import type { FlagFacts } from './flags-facts';

const MIB = 2 ** 20;

const ZAP = 'logs are JSON lines of pino, which has no such setting';

/** Flags about ports, TLS, limits, logs, and the start and end of the process. */
export const SERVING_FLAGS = deepFreeze({
  'grpc-port': {
    group: 'serving',
    type: 'port',
    default: PickerPorts.EXT_PROC,
    help: "Port of Envoy's external processing protocol.",
  },
  'secure-serving': {
    group: 'serving',
    type: 'boolean',
    default: true,
    help: 'Serve that port with TLS.',
  },
  'cert-path': {
    group: 'serving',
    type: 'text',
    default: '',
    help: 'Folder with tls.crt and tls.key; without it the picker signs a certificate for itself.',
  },
  'enable-cert-reload': {
    group: 'serving',
    type: 'boolean',
    default: false,
    help: 'Read the certificate again when its files change.',
  },
  'tls-min-version': {
    group: 'serving',
    type: 'text',
    default: '',
    choices: ['VersionTLS12', 'VersionTLS13'],
    help: 'Oldest version of TLS to speak. Older ones than 1.2 are not offered.',
  },
  'tls-cipher-suites': {
    group: 'serving',
    type: 'list',
    default: [],
    help: 'Cipher suites to offer, under the names of Go: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.',
  },
  'grpc-max-recv-msg-size': {
    group: 'serving',
    type: 'size',
    default: 4 * MIB,
    min: 1024,
    help: 'Largest message that is taken from the gateway, not the largest body.',
  },
  'grpc-max-send-msg-size': {
    group: 'serving',
    type: 'size',
    default: 4 * MIB,
    min: 1024,
    help: 'Largest message to the gateway.',
    ignored: 'no message of the picker is larger than 64 KiB',
  },
  'max-request-body-size': {
    group: 'serving',
    type: 'size',
    default: 64 * MIB,
    min: 1024,
    own: true,
    help: 'Largest body of a request; a larger one is answered with 413.',
  },
  'health-checking': {
    group: 'serving',
    type: 'boolean',
    default: false,
    help: "Answer gRPC health checks on --grpc-port too, as Envoy's cluster health check asks for.",
  },
  'grpc-health-port': {
    group: 'serving',
    type: 'port',
    default: PickerPorts.HEALTH,
    help: 'Port of gRPC health checks, without TLS.',
  },
  'emit-endpoint-scores': {
    group: 'serving',
    type: 'boolean',
    default: false,
    help: 'Tell the gateway the scores of the endpoints, in the dynamic metadata.',
  },
  'metrics-port': {
    group: 'admin server',
    type: 'port',
    default: PickerPorts.METRICS,
    help: 'Port of /metrics, /healthz and /debug.',
  },
  'metrics-endpoint-auth': {
    group: 'admin server',
    type: 'boolean',
    default: true,
    help: 'Have Kubernetes review who reads /metrics.',
  },
  'metrics-cert-dir': {
    group: 'admin server',
    type: 'text',
    default: '',
    help: 'Folder with tls.crt and tls.key to serve that port with TLS.',
  },
  'metrics-client-ca-file': {
    group: 'admin server',
    type: 'text',
    default: '',
    help: 'Certificates that clients of that port must be signed by; needs --metrics-cert-dir.',
  },
  'debug-token-file': {
    group: 'admin server',
    type: 'text',
    default: '',
    own: true,
    help: 'File with the token for /debug; without it only the pod itself may read there.',
  },
  'enable-pprof': {
    group: 'admin server',
    type: 'boolean',
    default: true,
    help: 'Offer /debug/profile, a CPU profile for the developer tools of Chrome.',
  },
  'enable-grpc-stream-metrics': {
    group: 'admin server',
    type: 'boolean',
    default: false,
    help: 'Count and time the streams of the gateway.',
  },
  'ha-enable-leader-election': {
    group: 'lifecycle',
    type: 'boolean',
    default: false,
    help: 'Be ready only while this process holds the Lease of the pool.',
  },
  'drain-timeout': {
    group: 'lifecycle',
    type: 'duration',
    default: 30_000,
    min: 0,
    help: 'How long to take new requests after SIGTERM, until every gateway knows.',
  },
  v: {
    group: 'logs and traces',
    type: 'integer',
    default: 2,
    min: 0,
    help: 'Verbosity: 0 and 1 log what matters to operators, 2 adds one line a request, 4 debugging, 5 everything.',
  },
  tracing: {
    group: 'logs and traces',
    type: 'boolean',
    default: true,
    help: 'Send traces to where OTEL_EXPORTER_OTLP_ENDPOINT points; none without that variable.',
  },
  'zap-encoder': {
    group: 'logs and traces',
    type: 'text',
    default: 'json',
    choices: ['json', 'console'],
    help: 'Form of the logs. They are always JSON.',
  },
  'zap-log-level': {
    group: 'logs and traces',
    type: 'text',
    default: '',
    help: 'debug, info, error, panic, or a verbosity as in --v, which it overrides.',
  },
  'zap-devel': { group: 'logs and traces', type: 'boolean', default: false, help: 'Development mode.', ignored: ZAP },
  'zap-stacktrace-level': {
    group: 'logs and traces',
    type: 'text',
    default: '',
    help: 'Level from which stack traces are logged.',
    ignored: ZAP,
  },
  'zap-time-encoding': {
    group: 'logs and traces',
    type: 'text',
    default: '',
    help: 'Form of the time in logs.',
    ignored: ZAP,
  },
} as const satisfies Record<string, FlagFacts>);
