import type { Admitted, AdmissionVerdict } from '../admission/types';
import type { CallTarget } from '../scheduling/call';
import type { Endpoint } from '../scheduling/endpoint';
import type { Scheduled, Unschedulable } from '../scheduling/outcome';
import type { DecisionTrace } from '../scheduling/profile-recorder';
import type { InferenceRequest } from '../scheduling/request';
import { AnswerWatcher, type WatcherOptions } from './answer-watcher';
import { CallEvents } from './call-events';
import { onlyIfCached } from './controls';
import { type Decision, NO_SNAPSHOT, type Refusal, type Scheduling, snapshotOf } from './decision';
import { decisionIds } from './decision-id';
import { type Intake, RequestIntake } from './intake';
import { LiveCall } from './live-call';
import { matchedBySlot, Moment } from './moment';
import { DIRECTOR_DEFAULTS, type DirectorParts, type DirectorSettings } from './parts';
import { PluginHooks } from './plugin-hooks';
import { reachable } from './reachable';
import { codeOf, type ErrorCode, rejection } from './rejection';
import { routeVerdict } from './route-verdict';
import { allowedBySubset } from './subset';
import { Ticket } from './ticket';
import type { Director, RejectVerdict, RequestBody, RequestHead, Verdict } from './types';

/** What was taken at the door of a request that does not pass it: one without a body. */
const UNHELD: Admitted = Object.freeze({ kind: 'admitted', release: () => undefined });

/** Parts of a decision that depend on how it went. */
type Findings = Pick<Decision, 'id'> & Partial<Pick<Decision, 'scheduling' | 'refusal' | 'call'>>;

/** A request that was understood. Nothing keeps it once it was given to an endpoint: it holds the body. */
interface Arrival {
  readonly ticket: Ticket;
  readonly intake: Intake;
}

/** Why no endpoint was chosen. */
interface No {
  readonly code: ErrorCode;
  readonly message: string;
  readonly reason?: Refusal['reason'];
  readonly scheduling?: Scheduling;
}

/**
 * Leads each request from its head and body to an endpoint: understand it, let it in, find candidates, let the scheduler
 * choose, open the books, and leave a watcher with the protocol that closes them.
 */
export class PickerDirector implements Director {
  /** Calls the hooks of plugins; whoever removes endpoints from the pool tells it. */
  public readonly hooks: PluginHooks;
  readonly #parts: DirectorParts;
  readonly #settings: DirectorSettings;
  readonly #intake: RequestIntake;
  readonly #events: CallEvents;
  readonly #nextId: () => string;

  public constructor(parts: DirectorParts) {
    this.#parts = parts;
    this.#settings = { ...DIRECTOR_DEFAULTS, ...parts.settings };
    this.#intake = new RequestIntake(parts, this.#settings);
    this.hooks = new PluginHooks(parts.scheduler.plugins, (plugin, hook, error) => {
      this.#events.fault(`${hook} of plugin ${plugin.name}`, error);
    });
    this.#events = new CallEvents(parts, this.hooks);
    this.#nextId = decisionIds(parts.clock, parts.random);
  }

  public direct(head: RequestHead, body: RequestBody | undefined): Verdict | Promise<Verdict> {
    try {
      const intake = this.#intake.take(head, body);
      if (intake.kind === 'bad-request')
        return this.#reject(undefined, { code: 'BadRequest', message: intake.message });
      const { incomingModel, model } = intake.request;
      if (intake.rule !== undefined) this.#events.rewritten(intake.rule, incomingModel, model);
      const ticket = new Ticket(intake.request, head, this.#parts.clock.now(), this.#candidates);
      const arrival = { ticket, intake };
      if (intake.parsed === undefined) return this.#enter(arrival, UNHELD);
      const verdict = this.#parts.admission.admit(ticket);
      if (!(verdict instanceof Promise)) return this.#enter(arrival, verdict);
      return verdict.then(
        (late) => this.#enter(arrival, late),
        (error: unknown) => this.#fail(ticket.request, error),
      );
    } catch (error) {
      return this.#fail(undefined, error);
    }
  }

  #allowed({ subset }: RequestHead): readonly Endpoint[] {
    return allowedBySubset(this.#parts.pool.endpoints, this.#settings.subsetFilter ? subset : undefined);
  }

  readonly #candidates = (head: RequestHead): readonly Endpoint[] => reachable(this.#allowed(head));

  #enter(arrival: Arrival, verdict: AdmissionVerdict): Verdict {
    const { ticket } = arrival;
    if (verdict.kind === 'dropped') {
      const { status, reason, message } = verdict;
      return this.#reject(arrival, { code: codeOf(status), message, reason });
    }
    try {
      const routed = this.#leave(arrival) ?? this.#route(arrival, verdict);
      if (routed.kind === 'reject') verdict.release();
      return routed;
    } catch (error) {
      // The watcher releases what admission gave, and everything else that was taken until the failure.
      if (ticket.watcher === undefined) verdict.release();
      else ticket.watcher.end('failed');
      return this.#fail(ticket.request, error);
    }
  }

  /** The answer to a request that is not to be routed any more. */
  #leave(arrival: Arrival): RejectVerdict | undefined {
    const { ticket } = arrival;
    if (ticket.signal.aborted) {
      const message = 'the client is gone';
      return this.#reject(arrival, { code: 'ServiceUnavailable', message, reason: 'rejected-context-cancelled' });
    }
    if (!ticket.evicted) return undefined;
    return this.#reject(arrival, {
      code: 'ResourceExhausted',
      message: 'request evicted by flow control',
      reason: 'evicted',
    });
  }

  #route(arrival: Arrival, { release }: Admitted): Verdict {
    const { ticket } = arrival;
    const scheduling = this.#schedule(ticket);
    const { outcome, moment, profiles } = scheduling;
    if (outcome.kind === 'unschedulable') return this.#reject(arrival, this.#unschedulable(outcome, scheduling));
    const [first] = outcome.endpoints;
    if (first === undefined) throw new Error(`profile ${outcome.primaryProfile} was chosen and has no endpoint`);
    const primary = moment.target(outcome.primaryProfile, first);
    if (primary.matchedBlocks === 0 && onlyIfCached(ticket.head.headers)) {
      const message = 'no endpoint that could be chosen has any of the prompt in its cache';
      return this.#reject(arrival, { code: 'PreconditionFailed', message, scheduling });
    }
    const call = new LiveCall(ticket.request, this.#nextId(), moment.now, primary, others(outcome, moment));
    const exchange = this.#watch(arrival, { call, moment, chosen: outcome.endpoints, release });
    ticket.watcher = exchange;
    this.#events.routed(call, outcome, moment.now);
    this.#record(arrival, { id: call.decisionId, scheduling, call });
    return routeVerdict({
      head: ticket.head,
      intake: arrival.intake,
      traceHeaders: this.#events.traceHeaders(call, ticket.head),
      decisionId: call.decisionId,
      scheduled: outcome,
      exchange,
      profiles: this.#settings.emitScores ? profiles : undefined,
    });
  }

  #schedule(ticket: Ticket): Scheduling {
    const { request } = ticket;
    const allowed = this.#allowed(ticket.head);
    const candidates = reachable(allowed);
    const { scheduler, prefixes, clock, random, log } = this.#parts;
    const { metricsStalenessMs, explain, emitScores } = this.#settings;
    const seed = Math.floor(random() * 2 ** 32);
    const matched = matchedBySlot(prefixes, request, candidates);
    const moment = new Moment(clock.now(), seed, request, metricsStalenessMs, matched);
    const trace: DecisionTrace = { explain, profiles: [] };
    const outcome = scheduler.schedule(request, candidates, moment, log || emitScores ? trace : undefined);
    const snapshot = log ? snapshotOf(candidates) : NO_SNAPSHOT;
    return { allowed, snapshot, moment, outcome, profiles: trace.profiles };
  }

  #unschedulable({ cause, message }: Unschedulable, scheduling: Scheduling): No {
    if (cause === 'filtered') return { code: 'ResourceExhausted', message, reason: 'rejected-saturated', scheduling };
    const ready = this.#parts.pool.endpoints.length;
    return {
      code: 'ServiceUnavailable',
      message: ready === 0 ? message : `the gateway allows none of the ${ready} endpoints that are ready`,
      reason: 'rejected-no-endpoints',
      scheduling,
    };
  }

  #watch({ intake }: Arrival, opened: Pick<WatcherOptions, 'call' | 'moment' | 'chosen' | 'release'>): AnswerWatcher {
    const { model, incomingModel } = intake.request;
    const rename = model === incomingModel ? undefined : { from: model, to: incomingModel };
    return new AnswerWatcher({
      ...opened,
      reader: intake.parsed?.answerReader(rename),
      events: this.#events,
      pool: this.#parts.pool,
      clock: this.#parts.clock,
      decisionHeader: this.#settings.decisionHeader,
    });
  }

  #reject(arrival: Arrival | undefined, { code, message, reason, scheduling }: No): RejectVerdict {
    const id = arrival && this.#parts.log && this.#nextId();
    const decisionId = this.#settings.decisionHeader ? id : undefined;
    const verdict = rejection(code, message, { reason, decisionId });
    if (arrival && id !== undefined) {
      this.#record(arrival, { id, scheduling, refusal: { status: verdict.status, message, reason } });
    }
    this.#events.rejected({ request: arrival?.intake.request, code, verdict });
    return verdict;
  }

  #record({ ticket, intake }: Arrival, { id, scheduling, refusal, call }: Findings): void {
    const { log, clock } = this.#parts;
    const { request, rule, ignored } = intake;
    const waitedMs = (scheduling?.moment.now ?? clock.now()) - ticket.since;
    log?.add({ id, wallTime: clock.wallTime(), request, rule, ignored, waitedMs, scheduling, refusal, call });
  }

  /** Nothing is recorded: what failed may be the record. */
  #fail(request: InferenceRequest | undefined, error: unknown): RejectVerdict {
    this.#events.fault('director', error);
    const verdict = rejection('Internal', 'the endpoint picker failed; its log says why');
    this.#events.rejected({ request, code: 'Internal', verdict });
    return verdict;
  }
}

/** Targets of the profiles beside the primary one. */
function others({ picks, primaryProfile }: Scheduled, moment: Moment): readonly CallTarget[] {
  return picks.flatMap(({ profile, endpoints: [first] }) =>
    first === undefined || profile === primaryProfile ? [] : [moment.target(profile, first)],
  );
}
