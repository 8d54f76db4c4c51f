import { METRICS_PATH } from '../../core/metric-names';
import type { ParameterReader } from '../scheduling/parameters/parameter-reader';

/** Where the pods' metrics are: the parameters of `metrics-data-source`. */
export interface MetricsSource {
  readonly scheme: 'http' | 'https';
  readonly path: string;
  /** Port of every pod's metrics; undefined for the port that serves the model. */
  readonly port: number | undefined;
  /** Whether a certificate of the pod is taken without a check. */
  readonly insecureSkipVerify: boolean;
  /** Files in PEM. */
  readonly caCertPath: string | undefined;
  readonly clientCertPath: string | undefined;
  readonly clientKeyPath: string | undefined;
  /** Time between two readings of a busy pod, ms; undefined for that of `--refresh-metrics-interval`. */
  readonly intervalMs: number | undefined;
}

/** Where metrics are without any configuration. Pods have certificates that nobody else knows, if any. */
export const DEFAULT_SOURCE: MetricsSource = Object.freeze({
  scheme: 'http',
  path: METRICS_PATH,
  port: undefined,
  insecureSkipVerify: true,
  caCertPath: undefined,
  clientCertPath: undefined,
  clientKeyPath: undefined,
  intervalMs: undefined,
});

/** Reads the parameters of `metrics-data-source`. */
export function readMetricsSource(parameters: ParameterReader): MetricsSource {
  const port = parameters.integer('port', 0, { min: 0, max: 65_535 });
  const interval = parameters.durationMs('interval', 0);
  const source: MetricsSource = {
    scheme: parameters.choice('scheme', ['http', 'https'], DEFAULT_SOURCE.scheme),
    path: parameters.string('path', DEFAULT_SOURCE.path),
    port: port === 0 ? undefined : port,
    insecureSkipVerify: parameters.boolean('insecureSkipVerify', DEFAULT_SOURCE.insecureSkipVerify),
    caCertPath: parameters.string('caCertPath'),
    clientCertPath: parameters.string('clientCertPath'),
    clientKeyPath: parameters.string('clientKeyPath'),
    intervalMs: interval === 0 ? undefined : interval,
  };
  if (!source.path.startsWith('/')) {
    parameters.reject('path', 'a path begins with a slash', `write /${source.path}`);
  }
  if ((source.clientCertPath === undefined) !== (source.clientKeyPath === undefined)) {
    const missing = source.clientKeyPath === undefined ? 'clientKeyPath' : 'clientCertPath';
    parameters.reject(missing, 'a certificate and its key are of no use without each other', 'give both, or neither');
  }
  return source;
}
