import { PickerFlavor } from '../core/picker/flavors';
import type { StreamObserver } from './io/ext-proc-server';
import { REQUEST_LINES_FROM } from './io/logger';
import type { ScrapeObserver } from './io/metrics-scraper';
import { startTracing } from './io/tracing';
import type { PickerOptions } from './options';
import type { PoolState } from './pool/pool-state';
import type { ResolvedPickerConfig } from './scheduling/config/resolved-config';
import { BUILD_COMMIT } from './server-commit';
import type { DecisionCore } from './server-director';
import { allObservers } from './telemetry/all-observers';
import { clipped, type Log } from './telemetry/log';
import { PickerMetrics } from './telemetry/picker-metrics';
import { RequestLog } from './telemetry/request-log';
import type { PickerTelemetry } from './telemetry/telemetry';
import type { Tracing } from './telemetry/tracing';
import type { Clock } from './time';

/** What is told about a picker depends on. */
export interface TelemetryOptions {
  readonly options: PickerOptions;
  readonly config: ResolvedPickerConfig;
  readonly pool: PoolState;
  readonly clock: Clock;
  readonly log: Log;
}

/** Everything that listens to a picker and tells others of it. */
export interface ServerTelemetry {
  readonly observers: PickerTelemetry;
  readonly readings: ScrapeObserver;
  /** Undefined where streams are not counted. */
  readonly streams: StreamObserver | undefined;
  /** Metrics in Prometheus' text format, in pieces. */
  readonly pages: () => Iterable<string>;
  /** Takes a failure of the picker itself. */
  readonly onFault: (where: string, error: unknown) => void;
  /** Shows the numbers of what decides. */
  watch(core: DecisionCore): void;
  /** Headers that tell the server of a request's trace; undefined where nobody wants traces. */
  readonly traceHeaders: Tracing['traceHeaders'] | undefined;
  /** Sends what is left. */
  readonly flush: () => Promise<void>;
}

/** Metrics, logs, and traces where they are wanted. */
export async function createTelemetry({
  options,
  config,
  pool,
  clock,
  log,
}: TelemetryOptions): Promise<ServerTelemetry> {
  const { saturation } = config.admission;
  const metrics = new PickerMetrics({
    pool,
    clock,
    build: { commit: BUILD_COMMIT, ref: PickerFlavor.BUNDLED.version },
    stalenessMs: options.scrape.stalenessMs,
    detector:
      saturation.kind === 'utilization'
        ? { name: 'utilization-detector', stalenessMs: saturation.metricsStalenessThresholdMs }
        : undefined,
  });
  const requests = new RequestLog({ log, clock, requests: options.verbosity >= REQUEST_LINES_FROM });
  const tracing = options.tracing && (await startTracing(options.tracing, clock));
  const observer = allObservers([metrics.requests, requests, ...(tracing ? [tracing.requests] : [])]);
  return {
    observers: {
      requests: observer,
      calls: metrics.calls,
      admission: metrics.admission,
      decisions: metrics.decisions,
      endpoints: metrics.endpoints,
      pluginFault: (fault) => {
        metrics.pluginFault(fault);
        requests.fault(`plugin ${fault.plugin}`, new Error(`${fault.kind}: ${fault.message}`));
      },
    },
    readings: readingsOf(metrics, pool, log),
    streams: options.admin.streamMetrics ? metrics.streams() : undefined,
    pages: () => metrics.registry.pages(true),
    onFault: (where, error) => {
      observer.fault(where, error);
    },
    watch: ({ prefixes, queue }) => {
      metrics.watchPrefixIndex(() => prefixes.index.blocks);
      const limits = config.admission.flowControl;
      if (queue !== undefined && limits !== undefined) metrics.watchQueue(queue, limits);
    },
    traceHeaders: tracing?.traceHeaders,
    flush: () => tracing?.close() ?? Promise.resolve(),
  };
}

/** Says of each pod once that it cannot be read, and once that it can again: one that hangs would fill the log. */
function readingsOf(metrics: PickerMetrics, pool: PoolState, log: Log): ScrapeObserver {
  const failing = new Set<string>();
  pool.listen({ removed: ({ id }) => void failing.delete(id) });
  return {
    read: ({ id }, _took, missing) => {
      if (missing.length > 0) metrics.endpoints.scrapeFailed('extract');
      if (failing.delete(id)) log.info('metrics can be read again', { endpoint: id });
    },
    failed: ({ id }, reason, step) => {
      metrics.endpoints.scrapeFailed(step);
      if (!failing.has(id)) log.warn('metrics cannot be read', { endpoint: id, reason: clipped(reason) });
      failing.add(id);
    },
  };
}
