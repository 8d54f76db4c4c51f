import type { CallTarget } from './call';
import { DecisionContext, type DecisionMoment } from './decision-context';
import type { Endpoint } from './endpoint';
import type { ProfilePick, ScheduleOutcome, Unschedulable } from './outcome';
import type { Plugin, ProfileHandler } from './plugin';
import type { FaultReport } from './plugin-fault';
import type { PrefixMatcher } from './prefix-matcher';
import type { Profile } from './profile';
import { type DecisionTrace, ProfileRecorder } from './profile-recorder';
import { ProfileRunner } from './profile-runner';
import type { InferenceRequest } from './request';

/** What a scheduler is made of. */
export interface SchedulerOptions {
  readonly profiles: readonly Profile[];
  readonly handler: ProfileHandler;
  /**
   * Further plugins whose hooks are to be called, such as deciders.
   * @default - none
   */
  readonly others?: readonly Plugin[];
  /**
   * Answers `matchedBlocks`.
   * @default - nothing is cached anywhere
   */
  readonly prefixes?: PrefixMatcher;
  /**
   * Age from which metrics are not believed any more, ms.
   * @default 2000
   */
  readonly metricsStalenessMs?: number;
  /**
   * Told of each plugin that failed in a decision.
   * @default - nobody hears
   */
  readonly onFault?: (fault: FaultReport) => void;
}

const NO_ENDPOINTS: Unschedulable = Object.freeze({
  kind: 'unschedulable',
  cause: 'no-endpoints',
  message: 'no endpoint is ready to serve the request',
});

/** Chooses endpoints for requests. One decision at a time: it keeps its work space between them. */
export class Scheduler {
  /** Every plugin, each once: whoever routes calls their hooks. */
  public readonly plugins: readonly Plugin[];
  readonly #handler: ProfileHandler;
  readonly #context: DecisionContext;
  readonly #runner: ProfileRunner;
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #names: readonly string[];
  readonly #shadows: readonly Profile[];

  public constructor(options: SchedulerOptions) {
    const { profiles, handler } = options;
    this.#handler = handler;
    this.#context = new DecisionContext(options.prefixes, options.metricsStalenessMs);
    this.#runner = new ProfileRunner(options.onFault ?? (() => undefined));
    const acting = profiles.filter(({ shadow }) => !shadow);
    this.#profiles = new Map(acting.map((profile) => [profile.name, profile]));
    this.#names = [...this.#profiles.keys()];
    this.#shadows = profiles.filter(({ shadow }) => shadow);
    this.plugins = [...new Set([...profiles.flatMap(pluginsOf), handler, ...(options.others ?? [])])];
  }

  /**
   * The endpoints for a request. The same arguments, plugin states and seed give the same outcome. With a `trace`, what
   * led to it is written there, and shadow profiles run as well.
   */
  public schedule(
    request: InferenceRequest,
    candidates: readonly Endpoint[],
    moment: DecisionMoment,
    trace?: DecisionTrace,
  ): ScheduleOutcome {
    this.#context.begin(request, moment, candidates);
    if (candidates.length === 0) return NO_ENDPOINTS;
    const picks = this.#runProfiles(candidates, trace);
    const outcome = this.#conclude(picks);
    if (trace !== undefined) this.#runShadows(candidates, trace);
    return outcome;
  }

  /** Where the latest decision sends its request, one target for each profile; valid until the next decision. */
  public targets(picks: readonly ProfilePick[]): readonly CallTarget[] {
    return picks.flatMap(({ profile, endpoints: [endpoint] }) => (endpoint ? [this.target(profile, endpoint)] : []));
  }

  /** An endpoint as the target of the latest decision's request; valid until the next decision. */
  public target(profile: string, endpoint: Endpoint): CallTarget {
    return {
      profile,
      endpoint,
      matchedBlocks: this.#context.matchedBlocks(endpoint),
      uncachedTokens: this.#context.uncachedTokens(endpoint),
    };
  }

  #runProfiles(candidates: readonly Endpoint[], trace: DecisionTrace | undefined): readonly ProfilePick[] {
    const picks: ProfilePick[] = [];
    const context = this.#context;
    for (;;) {
      const name = this.#handler.next(context, this.#names);
      if (name === undefined) return picks;
      const profile = this.#profiles.get(name);
      if (profile === undefined || context.picked.has(name)) {
        throw new Error(`${this.#handler.type} asked for profile '${name}', which ${profile ? 'ran' : 'is not there'}`);
      }
      const recorder = trace && new ProfileRecorder(profile, trace);
      const endpoints = this.#runner.run(profile, context, candidates, recorder);
      context.picked.set(name, endpoints);
      if (endpoints.length > 0) picks.push({ profile: name, endpoints });
    }
  }

  #conclude(picks: readonly ProfilePick[]): ScheduleOutcome {
    const conclusion = this.#handler.conclude(this.#context);
    const primary = picks.find(({ profile }) => profile === conclusion.primary);
    if (primary === undefined) {
      const message = conclusion.failure ?? 'no endpoints available for the given request';
      return { kind: 'unschedulable', cause: 'filtered', message };
    }
    return {
      kind: 'scheduled',
      endpoints: primary.endpoints,
      primaryProfile: primary.profile,
      picks,
      setHeaders: conclusion.setHeaders,
      removeHeaders: conclusion.removeHeaders,
      decisionType: conclusion.decisionType,
    };
  }

  #runShadows(candidates: readonly Endpoint[], trace: DecisionTrace): void {
    for (const profile of this.#shadows) {
      this.#runner.run(profile, this.#context, candidates, new ProfileRecorder(profile, trace));
    }
  }
}

function pluginsOf({ filters, scorers, picker }: Profile): readonly Plugin[] {
  return [...filters, ...scorers.map(({ scorer }) => scorer), picker];
}
