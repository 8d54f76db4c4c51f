import type { Clock } from '../time';
import type { Family } from './family';
import type { Counter, Gauge, Histogram } from './instruments';
import type { MetricRegistry } from './metric-registry';

/** Names of gRPC's status codes, by their numbers. */
const CODES: readonly string[] = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

/** Counts and times the streams of gateways: `--enable-grpc-stream-metrics`. */
export class StreamMetrics {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #open: Gauge;
  readonly #duration: Histogram;
  readonly #ended: Family<Counter>;

  public constructor(registry: MetricRegistry, clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#open = registry.gauge('extproc_streams_inflight').with();
    this.#duration = registry.histogram('extproc_stream_duration_seconds').with();
    this.#ended = registry.counter('extproc_streams_total');
  }

  public started(): void {
    this.#open.add(1);
  }

  public ended(code: number, startedAt: number): void {
    this.#open.add(-1);
    this.#duration.observe((this.#clock.now() - startedAt) / 1000);
    this.#ended.with(CODES[code] ?? 'Unknown').inc();
  }
}
