import { PEER_HEADERS } from '../../../core/headers';
import type { Decider } from '../deciders/decider';
import type { Endpoint } from '../endpoint';
import type { ProfileConclusion, ProfileHandler, SchedulingContext } from '../plugin';

/** Names of the profiles of each stage. */
export interface StageProfiles {
  readonly decode: string;
  readonly prefill: string;
  readonly encode: string;
}

/** Parameters of the handler. */
export interface DisaggregatedOptions {
  readonly stageOrder: 'decode-first' | 'prefill-first';
  readonly profiles: StageProfiles;
  /** Says whether a request gets a pod for its prefill; never without it. */
  readonly prefillDecider: Decider | undefined;
  /** Says whether a request gets pods that encode its images, audio and videos; never without it. */
  readonly encodeDecider: Decider | undefined;
}

/**
 * Splits a request between pods for its stages. The decoding pod serves it; headers tell it which pods prefill and
 * encode. A stage that finds no pod is left to the decoding pod.
 */
export class DisaggregatedProfileHandler implements ProfileHandler {
  public readonly type = 'disagg-profile-handler';
  public readonly kind = 'profile-handler';

  public constructor(
    public readonly name: string,
    private readonly options: DisaggregatedOptions,
  ) {}

  public next(context: SchedulingContext, profiles: readonly string[]): string | undefined {
    const { stageOrder, profiles: names } = this.options;
    if (stageOrder === 'decode-first') return this.#afterDecode(context, profiles);
    const { picked } = context;
    if (profiles.includes(names.prefill) && !picked.has(names.prefill)) return names.prefill;
    if (this.#encodes(context, profiles, undefined)) return names.encode;
    return picked.has(names.decode) ? undefined : names.decode;
  }

  public conclude({ picked }: SchedulingContext): ProfileConclusion {
    const { decode, prefill, encode } = this.options.profiles;
    const [prefiller] = picked.get(prefill) ?? [];
    const encoders = picked.get(encode) ?? [];
    const setHeaders: (readonly [string, string])[] = [];
    if (prefiller !== undefined) setHeaders.push([PEER_HEADERS.PREFILLER, prefiller.hostPort]);
    if (encoders.length > 0) setHeaders.push([PEER_HEADERS.ENCODERS, encoders.map((e) => e.hostPort).join(',')]);
    const stages = [...(encoders.length > 0 ? ['encode'] : []), ...(prefiller ? ['prefill'] : []), 'decode'];
    return {
      primary: (picked.get(decode) ?? []).length > 0 ? decode : undefined,
      setHeaders,
      removeHeaders: FOR_PEERS.filter((name) => !setHeaders.some(([set]) => set === name)),
      decisionType: stages.length === 1 ? 'decode-only' : stages.join('-'),
      failure: 'failed to find available decode workers',
    };
  }

  #afterDecode(context: SchedulingContext, profiles: readonly string[]): string | undefined {
    const { decode, prefill, encode } = this.options.profiles;
    const workers = context.picked.get(decode);
    if (workers === undefined) return decode;
    const [worker] = workers;
    if (worker === undefined) return undefined;
    if (this.#encodes(context, profiles, worker)) return encode;
    if (!profiles.includes(prefill) || context.picked.has(prefill)) return undefined;
    return this.options.prefillDecider?.disaggregate(context, worker) === true ? prefill : undefined;
  }

  #encodes(context: SchedulingContext, profiles: readonly string[], worker: Endpoint | undefined): boolean {
    const { encode } = this.options.profiles;
    if (!profiles.includes(encode) || context.picked.has(encode)) return false;
    return this.options.encodeDecider?.disaggregate(context, worker) === true;
  }
}

/** Headers that only the picker may set: a client's own would send its prompt to any address. */
const FOR_PEERS: readonly string[] = [PEER_HEADERS.PREFILLER, PEER_HEADERS.ENCODERS];
