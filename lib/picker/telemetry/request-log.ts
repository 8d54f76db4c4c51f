import type { Call } from '../scheduling/call';
import type { InferenceRequest } from '../scheduling/request';
import type { Clock } from '../time';
import { clipped, errorFields, type Log, type LogFields } from './log';
import type { RequestObserver } from './telemetry';

/** Faults of one place that are logged within a second; the rest are counted and said with the next. */
const FAULT_INTERVAL_MS = 1000;

/** Settings of the log of requests. */
export interface RequestLogOptions {
  readonly log: Log;
  readonly clock: Pick<Clock, 'now'>;
  /** Whether each request has a line: from verbosity 2 on. Faults always have. */
  readonly requests: boolean;
}

/** One line for each request, at its end, with the ids that lead to its decision and to everybody else's logs. */
export class RequestLog implements RequestObserver {
  readonly #options: RequestLogOptions;
  readonly #faults = new Map<string, { at: number; suppressed: number }>();

  public constructor(options: RequestLogOptions) {
    this.#options = options;
  }

  public rejected({ request, code }: { readonly request: InferenceRequest | undefined; readonly code: string }): void {
    const { log, clock, requests } = this.#options;
    if (!requests) return;
    const fields = request === undefined ? {} : requestFields(request);
    const took = request === undefined ? undefined : rounded(clock.now() - request.receivedAt);
    log.info('request rejected', { ...fields, code, duration_ms: took });
  }

  public routed(call: Call): void {
    const { primary, decisionId, request } = call;
    this.#options.log.debug('request routed', {
      request_id: clipped(request.id),
      decision_id: decisionId,
      endpoint: primary.endpoint.id,
      matched_blocks: primary.matchedBlocks,
      uncached_tokens: primary.uncachedTokens,
    });
  }

  public finished(call: Call): void {
    if (!this.#options.requests) return;
    this.#options.log.info('request finished', { ...requestFields(call.request), ...callFields(call) });
  }

  public rewritten(rule: string, from: string, to: string): void {
    this.#options.log.debug('model rewritten', { rule, model: clipped(from), target_model: clipped(to) });
  }

  public fault(where: string, error: unknown): void {
    const now = this.#options.clock.now();
    const last = this.#faults.get(where);
    if (last !== undefined && now - last.at < FAULT_INTERVAL_MS) {
      last.suppressed += 1;
      return;
    }
    const suppressed = last?.suppressed === 0 ? undefined : last?.suppressed;
    this.#faults.set(where, { at: now, suppressed: 0 });
    this.#options.log.error(`${where} failed`, { where, suppressed, ...errorFields(error) });
  }
}

function requestFields({ id, incomingModel, model, priority, fairnessId }: InferenceRequest): LogFields {
  return {
    request_id: clipped(id),
    model: clipped(incomingModel),
    target_model: model === incomingModel ? undefined : clipped(model),
    priority,
    fairness_id: clipped(fairnessId),
  };
}

function callFields({ request, decisionId, primary, outcome, status, usage, ...times }: Call): LogFields {
  const since = (time: number | undefined): number | undefined =>
    time === undefined ? undefined : rounded(time - request.receivedAt);
  return {
    decision_id: decisionId,
    endpoint: primary.endpoint.id,
    outcome,
    status,
    routed_ms: since(times.routedAt),
    first_token_ms: since(times.firstTokenAt),
    duration_ms: since(times.finishedAt),
    prompt_tokens: usage?.promptTokens,
    cached_tokens: usage?.cachedTokens,
    output_tokens: usage?.outputTokens,
  };
}

/** To a hundredth of a millisecond. */
function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
