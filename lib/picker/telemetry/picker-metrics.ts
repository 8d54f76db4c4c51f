import type { FlowControlSettings } from '../admission/settings';
import type { PoolView } from '../pool/views';
import type { FaultReport } from '../scheduling/plugin-fault';
import type { Clock } from '../time';
import { AdmissionMetrics, type QueueView, watchQueue } from './admission-metrics';
import type { Family } from './family';
import type { Counter } from './instruments';
import { MetricRegistry } from './metric-registry';
import { PoolMetrics } from './pool-metrics';
import { RequestMetrics } from './request-metrics';
import { SchedulingMetrics } from './scheduling-metrics';
import { StreamMetrics } from './stream-metrics';
import type { CallObserver, EndpointObserver, PickerTelemetry, RequestObserver } from './telemetry';

/** What the metrics of a picker are made from. */
export interface PickerMetricsOptions {
  readonly pool: PoolView;
  readonly clock: Pick<Clock, 'now'>;
  /** Version of the program, and what it was built from. */
  readonly build: { readonly commit: string; readonly ref: string };
  /** Age from which a reading counts no more, ms. */
  readonly stalenessMs: number;
  /**
   * The saturation detector that reads metrics.
   * @default - it reads none
   */
  readonly detector?: { readonly name: string; readonly stalenessMs: number } | undefined;
}

/** The metrics of a picker: takes what its parts tell, and shows it in Prometheus' text format. */
export class PickerMetrics implements PickerTelemetry {
  public readonly registry = new MetricRegistry();
  public readonly admission: AdmissionMetrics;
  public readonly decisions: SchedulingMetrics;
  public readonly requests: RequestObserver;
  public readonly calls: CallObserver;
  public readonly endpoints: EndpointObserver;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #pool: string;
  readonly #faults: Family<Counter>;

  public constructor({ pool, clock, build, ...rest }: PickerMetricsOptions) {
    this.#clock = clock;
    this.#pool = pool.name;
    const requests = new RequestMetrics(this.registry, clock, pool.name);
    const scheduling = new SchedulingMetrics(this.registry);
    const poolMetrics = new PoolMetrics(this.registry, { pool, clock, ...rest });
    this.#faults = this.registry.counter('faults_total');
    this.registry.gauge('info').with(build.commit, build.ref).set(1);
    this.admission = new AdmissionMetrics(this.registry, pool.name);
    this.decisions = scheduling;
    this.requests = {
      rejected: ({ request, code }) => {
        requests.rejected(request, code);
      },
      routed: (call, scheduled) => {
        requests.routed(call);
        scheduling.routed(call, scheduled);
      },
      finished: (call) => {
        requests.finished(call);
      },
      rewritten: (rule, from, to) => {
        requests.allowModel(to);
        scheduling.rewritten(rule, from, to);
      },
      fault: (where) => {
        this.#faults.with(where).inc();
      },
    };
    this.calls = {
      moved: () => {
        requests.moved();
      },
      firstToken: (call, now) => {
        requests.firstToken(call, now);
      },
    };
    this.endpoints = {
      removed: (endpoint) => {
        scheduling.endpointRemoved(endpoint);
      },
      scrapeFailed: (step) => {
        poolMetrics.scrapeFailed(step);
      },
    };
  }

  public pluginFault({ plugin, kind }: FaultReport): void {
    this.decisions.pluginFault(plugin, kind);
  }

  /** Shows how full the queues of flow control are. */
  public watchQueue(queue: QueueView, limits: Pick<FlowControlSettings, 'maxRequests' | 'maxBytes'>): void {
    watchQueue(this.registry, this.#pool, queue, limits);
  }

  /** Shows how many blocks the prefix index has. */
  public watchPrefixIndex(blocks: () => number): void {
    SchedulingMetrics.watchPrefixIndex(this.registry, blocks);
  }

  /** Counts and times the streams of gateways from here on; only where it is asked for. */
  public streams(): StreamMetrics {
    return new StreamMetrics(this.registry, this.#clock);
  }
}
