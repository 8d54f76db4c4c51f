import type { AdmissionObserver } from '../admission/observer';
import type { QueueOutcome } from '../admission/outcomes';
import type { FlowControlSettings } from '../admission/settings';
import type { InferenceRequest } from '../scheduling/request';
import type { Family } from './family';
import type { Counter, Gauge, Histogram } from './instruments';
import { LabelCap } from './label-cap';
import type { MetricRegistry } from './metric-registry';

/** What is shown of flow control while it is read. */
export interface QueueView {
  readonly waiting: number;
  readonly waitingBytes: number;
  readonly bands: readonly {
    readonly priority: number;
    readonly requests: number;
    readonly bytes: number;
    readonly settings: { readonly maxRequests: number; readonly maxBytes: number };
  }[];
}

const MOST_MODELS = 1000;
const MOST_FAIRNESS_IDS = 1000;
/** Stage whose saturation decides: upstream's name for the fullest one. */
const EFFECTIVE = 'effective';

/** Counts what happens at the door. */
export class AdmissionMetrics implements AdmissionObserver {
  readonly #pool: string;
  readonly #models = new LabelCap(MOST_MODELS);
  readonly #fairnessIds = new LabelCap(MOST_FAIRNESS_IDS);
  readonly #requests: Family<Counter>;
  readonly #waited: Family<Histogram>;
  readonly #size: Family<Gauge>;
  readonly #bytes: Family<Gauge>;
  readonly #saturation: Gauge;
  readonly #issued: Family<Counter>;
  readonly #revoked: Family<Counter>;
  readonly #confirmation: Histogram;

  public constructor(registry: MetricRegistry, pool: string) {
    this.#pool = pool;
    this.#requests = registry.counter('flow_control_requests_total');
    this.#waited = registry.histogram('flow_control_request_queue_duration_seconds');
    this.#size = registry.gauge('flow_control_queue_size');
    this.#bytes = registry.gauge('flow_control_queue_bytes');
    this.#saturation = registry.gauge('flow_control_pool_saturation').with(pool, EFFECTIVE);
    this.#issued = registry.counter('flow_control_revocations_issued_total');
    this.#revoked = registry.counter('flow_control_revocations_total');
    this.#confirmation = registry.histogram('flow_control_revocation_confirmation_seconds').with(pool);
  }

  public queued(request: InferenceRequest): void {
    const labels = this.#queueLabels(request);
    this.#size.with(...labels).add(1);
    this.#bytes.with(...labels).add(request.bodyBytes);
  }

  public settled(request: InferenceRequest, outcome: QueueOutcome, waitedMs: number, wasQueued: boolean): void {
    const priority = String(request.priority);
    this.#requests.with(outcome, priority, this.#pool).inc();
    const [tenant, , , model, target] = this.#queueLabels(request);
    this.#waited.with(tenant, priority, outcome, this.#pool, model, target).observe(waitedMs / 1000);
    if (wasQueued) this.#leave(request);
  }

  public saturation(value: number): void {
    this.#saturation.set(value);
  }

  public revoked(priority: number): void {
    this.#issued.with(String(priority), this.#pool).inc();
  }

  public revocationEnded(outcome: 'confirmed' | 'timeout', tookMs: number): void {
    this.#revoked.with(outcome, this.#pool).inc();
    if (outcome === 'confirmed') this.#confirmation.observe(tookMs / 1000);
  }

  #leave(request: InferenceRequest): void {
    const labels = this.#queueLabels(request);
    const size = this.#size.with(...labels);
    size.add(-1);
    this.#bytes.with(...labels).add(-request.bodyBytes);
    if (size.value > 0) return;
    // An empty queue is one of many that tenants may name: only those with requests are shown.
    this.#size.forget(...labels);
    this.#bytes.forget(...labels);
  }

  #queueLabels(request: InferenceRequest): readonly [string, string, string, string, string] {
    return [
      this.#fairnessIds.of(request.fairnessId),
      String(request.priority),
      this.#pool,
      this.#models.of(request.incomingModel),
      this.#models.of(request.model),
    ];
  }
}

/** Shows how much of what may wait does, whenever metrics are read. */
export function watchQueue(
  registry: MetricRegistry,
  pool: string,
  queue: QueueView,
  limits: Pick<FlowControlSettings, 'maxRequests' | 'maxBytes'>,
): void {
  const requests = registry.gauge('flow_control_capacity_utilization_requests');
  const bytes = registry.gauge('flow_control_capacity_utilization_bytes');
  const allRequests = registry.gauge('flow_control_global_capacity_utilization_requests');
  const allBytes = registry.gauge('flow_control_global_capacity_utilization_bytes');
  registry.onCollect(() => {
    requests.clear();
    bytes.clear();
    for (const band of queue.bands) {
      const labels = [String(band.priority), pool];
      requests.with(...labels).set(part(band.requests, band.settings.maxRequests));
      bytes.with(...labels).set(part(band.bytes, band.settings.maxBytes));
    }
    if (limits.maxRequests !== Infinity) allRequests.with(pool).set(part(queue.waiting, limits.maxRequests));
    if (limits.maxBytes !== Infinity) allBytes.with(pool).set(part(queue.waitingBytes, limits.maxBytes));
  });
}

/** Of a limit of nothing everything is in use. */
function part(used: number, limit: number): number {
  return limit === 0 ? 1 : used / limit;
}
