import type { Json } from '../../../core/picker/config';
import type { Call } from '../call';
import type { Endpoint } from '../endpoint';
import type { Scorer, SchedulingContext } from '../plugin';
import type { PluginFactory } from '../plugin-factory';
import { type EncodedEndpointSessions } from './sessions/encoded-endpoint';
import { type SessionIdSessions } from './sessions/session-id';
import { readSessions } from './sessions/read-sessions';

/** How a session remembers its endpoint. */
export type Sessions = EncodedEndpointSessions | SessionIdSessions;

/** Prefers the endpoint that answered the session's last request: 1 for it, 0 for all others. */
export class SessionAffinityScorer implements Scorer {
  public readonly type = 'session-affinity-scorer';
  public readonly kind = 'scorer';
  /** Index of the pinned candidate that a replay brought; -1 for none. */
  #restored: number | undefined;

  public constructor(
    public readonly name: string,
    private readonly sessions: Sessions,
    /** Profile whose endpoint is remembered; the one that answers without it. */
    private readonly profileName: string | undefined,
  ) {}

  public score(context: SchedulingContext, candidates: readonly Endpoint[], scores: Float64Array): void {
    const pinned = this.#restored ?? this.#pinned(context, candidates);
    if (pinned >= 0) scores[pinned] = 1;
  }

  public routed(call: Call, now: number): void {
    this.#remember(call, now);
  }

  public moved(call: Call, _from: Endpoint, now: number): void {
    this.#remember(call, now);
  }

  public answerHeaders(call: Call): readonly (readonly [string, string])[] {
    const endpoint = this.#endpointOf(call);
    return endpoint === undefined ? [] : this.sessions.answerHeaders(endpoint);
  }

  public endpointRemoved(endpoint: Endpoint): void {
    this.sessions.forget(endpoint);
  }

  public capture(context: SchedulingContext, candidates: readonly Endpoint[]): Json {
    return this.#pinned(context, candidates);
  }

  public restore(state: Json): void {
    this.#restored = Number(state);
  }

  public explain(context: SchedulingContext, endpoint: Endpoint): Readonly<Record<string, string>> {
    return { session: this.#pinned(context, [endpoint]) === 0 ? 'pinned here' : 'not here' };
  }

  #pinned({ request, now }: SchedulingContext, candidates: readonly Endpoint[]): number {
    return this.sessions.find(request.headers, candidates, now);
  }

  #remember(call: Call, now: number): void {
    const endpoint = this.#endpointOf(call);
    if (endpoint !== undefined) this.sessions.remember(call.request.headers, endpoint, now);
  }

  #endpointOf({ primary, targets }: Call): Endpoint | undefined {
    if (this.profileName === undefined || this.profileName === primary.profile) return primary.endpoint;
    return targets.find(({ profile }) => profile === this.profileName)?.endpoint;
  }
}

export const SESSION_AFFINITY: PluginFactory<Scorer> = {
  type: 'session-affinity-scorer',
  create(name, parameters, { profiles }) {
    const profileName = parameters.string('profileName');
    if (profileName !== undefined && !profiles.includes(profileName)) {
      parameters.reject('profileName', 'there is no scheduling profile of that name', 'name one of the profiles');
    }
    return new SessionAffinityScorer(name, readSessions(parameters), profileName);
  },
};
