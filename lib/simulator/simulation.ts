import type { CallOutcome } from '../picker/scheduling/call';
import { EventQueue } from './event-queue';
import type { RequestOutcome, SimulationResult } from './outcome';
import { Pod, type PodSettings } from './pod';
import type { PodEvent } from './pod-event';
import type { Policy, PolicyFactory, RoutedRequest } from './policy';
import { seededRandom, seedFor } from './random';
import type { Replica } from './replica/replica';
import { sequence, type Sequence } from './replica/sequence';
import type { Arrival, SimulatedRequest, Workload } from './request';
import type { ScrapeSettings } from './scrapes';
import { promptHashes } from './tokens';

/** A whole simulation. The same settings give the same result, to the last bit. */
export interface SimulationSettings {
  readonly seed: number;
  readonly workload: Workload;
  /** Pods that are ready from the start. */
  readonly pods: readonly PodSettings[];
  readonly policy: PolicyFactory;
  /** Routers that each see a share of the requests and do not know of the others'. */
  readonly routers: number;
  readonly scrape: ScrapeSettings;
  readonly events: readonly PodEvent[];
  /** Whether a request whose pod died is sent again; else it is lost. */
  readonly retry: boolean;
  /** Requests that would come after this time are left out, ms. */
  readonly until: number;
  /** Tokens of the blocks that routers hash. */
  readonly hashBlockTokens: number;
  /**
   * Requests in the queues of all servers together above which the simulation is given up: the load is more than they
   * bear.
   * @default Infinity
   */
  readonly mostWaiting?: number | undefined;
  /** Called now and then with the time that was reached, ms. */
  readonly progress?: ((now: number, finished: number) => void) | undefined;
}

/** Routers that count tokens are brought up to date at decisions, at most this often: a router counts them one by one. */
const GENERATED_EVERY_MS = 100;

interface Request extends RoutedRequest {
  readonly outcome: RequestOutcome;
  readonly router: number;
  /** Tokens of the answer that the router was told of. */
  toldTokens: number;
}

type Event =
  | { readonly kind: 'arrive'; readonly request: SimulatedRequest; readonly opensSession: boolean }
  | { readonly kind: 'step'; readonly slot: number }
  | { readonly kind: 'pod'; readonly event: PodEvent }
  | { readonly kind: 'ready'; readonly pod: PodSettings };

/** Plays a workload on pods behind routers. */
export function simulate(settings: SimulationSettings): SimulationResult {
  return new Simulation(settings).run();
}

class Simulation {
  readonly #events = new EventQueue<Event>();
  readonly #pods: Pod[] = [];
  readonly #replicas: Replica[] = [];
  readonly #requests: Request[] = [];
  readonly #routers: readonly Policy[];
  readonly #sessions: Iterator<Arrival>;
  #now = 0;
  #toldAt = -Infinity;
  #finished = 0;
  #decisions = 0;

  public constructor(private readonly settings: SimulationSettings) {
    const cacheTokens = Math.max(0, ...settings.pods.map(({ replica }) => replica.blocks)) * 16;
    this.#routers = Array.from({ length: settings.routers }, (_, router) =>
      settings.policy({
        random: seededRandom(seedFor(settings.seed, 1, router)),
        inside: this.#replicas,
        cacheTokens,
      }),
    );
    for (const pod of settings.pods) this.#addPod(pod, 0);
    for (const event of settings.events) this.#events.push(event.at, { kind: 'pod', event });
    this.#sessions = settings.workload.sessions();
    this.#nextSession();
  }

  public run(): SimulationResult {
    for (let count = 0; this.#events.size > 0; count++) {
      this.#now = this.#events.nextAt;
      const event = this.#events.pop();
      if (event !== undefined) this.#handle(event);
      if (event?.kind === 'arrive' && this.#overloaded()) return this.#result(true);
      if ((count & 0xfff) === 0) this.settings.progress?.(this.#now, this.#finished);
    }
    return this.#result(false);
  }

  #result(overloaded: boolean): SimulationResult {
    for (const { outcome } of this.#requests) if (outcome.status === 'pending') outcome.status = 'lost';
    return {
      overloaded,
      policy: this.#routers[0]?.name ?? 'none',
      workload: this.settings.workload.name,
      outcomes: this.#requests.map(({ outcome }) => outcome),
      pods: this.#pods.map((pod) => pod.totals(this.#now)),
      endedAt: this.#now,
      decisions: this.#decisions,
    };
  }

  #overloaded(): boolean {
    const { mostWaiting = Infinity } = this.settings;
    if (mostWaiting === Infinity) return false;
    let waiting = 0;
    for (const { alive, replica } of this.#pods) if (alive) waiting += replica.batch.waiting.length;
    return waiting > mostWaiting;
  }

  #handle(event: Event): void {
    switch (event.kind) {
      case 'arrive':
        this.#arrive(event.request);
        if (event.opensSession) this.#nextSession();
        return;
      case 'step':
        this.#step(event.slot);
        return;
      case 'pod':
        this.#podEvent(event.event);
        return;
      case 'ready':
        this.#addPod(event.pod, this.#now);
        return;
    }
  }

  /** Puts the next session's first request into the queue: sessions come in the order of time, one at a time. */
  #nextSession(): void {
    const next = this.#sessions.next();
    if (next.done === true || next.value.at > this.settings.until) return;
    this.#events.push(next.value.at, { kind: 'arrive', request: next.value.request, opensSession: true });
  }

  #arrive(request: SimulatedRequest): void {
    const tag = this.#requests.length;
    const { hashBlockTokens: blockTokens, routers } = this.settings;
    const hashes = promptHashes(request.tokens, request.promptTokens, blockTokens);
    const outcome: RequestOutcome = {
      request,
      arrivedAt: this.#now,
      slot: undefined,
      firstTokenAt: undefined,
      finishedAt: undefined,
      cachedTokens: 0,
      attempts: 0,
      preemptions: 0,
      status: 'pending',
    };
    const routed: Request = { tag, request, hashes, blockTokens, outcome, router: tag % routers, toldTokens: 0 };
    this.#requests.push(routed);
    this.#route(routed);
  }

  #route(routed: Request): void {
    const { outcome, request } = routed;
    for (const pod of this.#pods) this.#showMetrics(pod);
    if (this.#now - this.#toldAt >= GENERATED_EVERY_MS) this.#tellGenerated();
    this.#decisions++;
    const slot = this.#routers[routed.router]?.choose(routed, this.#now);
    const pod = slot === undefined ? undefined : this.#pods[slot];
    outcome.attempts++;
    outcome.slot = slot;
    routed.toldTokens = 0;
    if (pod === undefined || !pod.alive) {
      this.#end(routed, 'lost');
      return;
    }
    if (!pod.replica.accepts(request.promptTokens, request.outputTokens)) {
      this.#routers[routed.router]?.finished(routed, pod.slot, this.#now, 'server-error');
      this.#end(routed, 'rejected');
      return;
    }
    pod.scrapes.beforeChange(this.#now);
    pod.replica.enqueue(sequence(request, routed.tag, this.#now), this.#now);
    this.#awaitStep(pod);
  }

  #showMetrics(pod: Pod): void {
    if (!pod.alive || this.settings.scrape.missing.has(pod.slot)) return;
    const metrics = pod.scrapes.visible(this.#now);
    if (metrics === undefined) return;
    for (const router of this.#routers) router.scraped(pod.slot, metrics, this.#now);
  }

  /** Lets the routers count the tokens that passed them by since they were told last. */
  #tellGenerated(): void {
    this.#toldAt = this.#now;
    if (this.#routers[0]?.generated === undefined) return;
    for (const { alive, replica } of this.#pods) {
      if (!alive) continue;
      replica.settle(this.#now);
      for (const { tag, generated } of replica.batch.running) {
        const routed = this.#requests[tag];
        const more = routed === undefined ? 0 : generated - routed.toldTokens;
        if (routed === undefined || more <= 0) continue;
        routed.toldTokens = generated;
        this.#routers[routed.router]?.generated?.(routed, more);
      }
    }
  }

  #step(slot: number): void {
    const pod = this.#pods[slot];
    if (pod?.alive !== true || pod.replica.nextEventAt !== this.#now) return;
    pod.scrapes.beforeChange(this.#now);
    pod.replica.advance();
    this.#awaitStep(pod);
  }

  #awaitStep(pod: Pod): void {
    const at = pod.replica.nextEventAt;
    if (at !== Infinity) this.#events.push(at, { kind: 'step', slot: pod.slot });
  }

  #firstToken({ tag }: Sequence, slot: number, at: number): void {
    const routed = this.#requests[tag];
    if (routed === undefined) return;
    routed.outcome.firstTokenAt ??= at;
    this.#routers[routed.router]?.firstToken(routed, slot, at);
  }

  #finish(done: Sequence, slot: number, at: number): void {
    const routed = this.#requests[done.tag];
    if (routed === undefined) return;
    routed.outcome.cachedTokens = done.cachedTokens ?? 0;
    routed.outcome.preemptions += done.preemptions;
    routed.outcome.finishedAt = at;
    this.#leave(routed, slot, 'completed');
    this.#end(routed, 'completed');
  }

  #leave(routed: Request, slot: number, outcome: CallOutcome): void {
    this.#routers[routed.router]?.finished(routed, slot, this.#now, outcome);
  }

  #end(routed: Request, status: 'completed' | 'lost' | 'rejected'): void {
    this.#finished++;
    routed.outcome.status = status;
    const next = this.settings.workload.next(routed.request, this.#now);
    if (next === undefined || next.at > this.settings.until) return;
    this.#events.push(next.at, { kind: 'arrive', request: next.request, opensSession: false });
  }

  #addPod(settings: PodSettings, readyAt: number): void {
    const slot = this.#pods.length;
    const pod = new Pod(slot, settings, readyAt, seedFor(this.settings.seed, 2, slot), this.settings.scrape, {
      firstToken: (sequence, at) => {
        this.#firstToken(sequence, slot, at);
      },
      finished: (sequence, at) => {
        this.#finish(sequence, slot, at);
      },
    });
    this.#pods.push(pod);
    this.#replicas.push(pod.replica);
    for (const router of this.#routers) router.podAdded(slot, readyAt);
  }

  #podEvent(event: PodEvent): void {
    if (event.kind === 'start') {
      const like = this.settings.pods[0];
      if (like !== undefined) this.#events.push(event.at + event.readyAfterMs, { kind: 'ready', pod: like });
      return;
    }
    const pod = this.#pods[event.slot];
    if (pod?.alive !== true) return;
    pod.scrapes.beforeChange(this.#now);
    if (event.kind === 'pace') {
      pod.replica.setPace(event.pace, this.#now);
      this.#awaitStep(pod);
    } else {
      this.#kill(pod);
    }
  }

  #kill(pod: Pod): void {
    const victims = pod.kill(this.#now);
    for (const router of this.#routers) router.podRemoved(pod.slot, this.#now);
    for (const { tag } of victims) {
      const routed = this.#requests[tag];
      if (routed === undefined) continue;
      this.#leave(routed, pod.slot, 'server-error');
      if (this.settings.retry) this.#route(routed);
      else this.#end(routed, 'lost');
    }
  }
}
