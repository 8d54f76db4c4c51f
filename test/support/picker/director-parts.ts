import type { Admission, AdmissionTicket, AdmissionVerdict } from '../../../lib/picker/admission/types';
import { DecisionLog } from '../../../lib/picker/director/decision-log';
import { PickerDirector } from '../../../lib/picker/director/director';
import type {
  CallFollower,
  DirectorObserver,
  DirectorParts,
  DirectorSettings,
  Rejected,
} from '../../../lib/picker/director/parts';
import type {
  RejectVerdict,
  RequestBody,
  RequestHead,
  RouteVerdict,
  Verdict,
} from '../../../lib/picker/director/types';
import type { ModelRules, PoolView, RewriteTarget } from '../../../lib/picker/pool/views';
import { RequestParsers } from '../../../lib/picker/request/request-parsers';
import type { Call } from '../../../lib/picker/scheduling/call';
import type { Endpoint } from '../../../lib/picker/scheduling/endpoint';
import { InFlight } from '../../../lib/picker/scheduling/in-flight';
import { InFlightCalls } from '../../../lib/picker/scheduling/in-flight-calls';
import type { Filter, Picker, Plugin, ProfileHandler, Scorer } from '../../../lib/picker/scheduling/plugin';
import type { PrefixMatcher } from '../../../lib/picker/scheduling/prefix-matcher';
import type { Profile } from '../../../lib/picker/scheduling/profile';
import { Scheduler } from '../../../lib/picker/scheduling/scheduler';
import { endpoints, type FakeClock, fakeClock, seededRandom, type TestEndpoint } from './builders';

/** Rules as a test writes them down. */
export interface TestRules {
  readonly objectives?: Readonly<Record<string, number>>;
  readonly models?: Readonly<Record<string, number>>;
  readonly rewrites?: Readonly<Record<string, RewriteTarget | 'empty'>>;
}

export function modelRules({ objectives = {}, models = {}, rewrites = {} }: TestRules = {}): ModelRules {
  return {
    priorityOf: (objective) => objectives[objective],
    priorityOfModel: (model) => models[model],
    rewrite: (model) => rewrites[model],
    priorities: [...new Set(Object.values({ ...objectives, ...models }))].sort((a, b) => b - a),
  };
}

/** A scorer that gives each endpoint what `score` says; by slot, unless told otherwise. */
export function scorerOf(score: (endpoint: Endpoint) => number, hooks: Partial<Scorer> = {}): Scorer {
  return {
    kind: 'scorer',
    type: 'test-scorer',
    name: 'test-scorer',
    score(_context, candidates, scores) {
      candidates.forEach((candidate, i) => (scores[i] = score(candidate)));
    },
    ...hooks,
  };
}

/** Takes the endpoints with the highest totals, the first of equals first. */
export function bestPicker(count = 1): Picker {
  return {
    kind: 'picker',
    type: 'best',
    name: 'best',
    pick: (_context, candidates, totals) =>
      candidates
        .map((candidate, i) => ({ candidate, total: totals[i] ?? 0 }))
        .sort((a, b) => b.total - a.total)
        .slice(0, count)
        .map(({ candidate }) => candidate),
  };
}

/** Runs every profile; the last one serves. */
export function everyProfile(conclusion: Partial<ReturnType<ProfileHandler['conclude']>> = {}): ProfileHandler {
  return {
    kind: 'profile-handler',
    type: 'every-profile',
    name: 'every-profile',
    next: ({ picked }, profiles) => profiles[picked.size],
    conclude: ({ picked }) => ({
      primary: [...picked].filter(([, { length }]) => length > 0).at(-1)?.[0],
      setHeaders: [],
      removeHeaders: [],
      ...conclusion,
    }),
  };
}

/** A profile named `default` that scores by `scorerOf`: slot 0 is best. */
export function profile(given: Partial<Profile> & { readonly only?: Filter['filter'] } = {}): Profile {
  const { only, ...rest } = given;
  const filters: readonly Filter[] =
    only === undefined ? [] : [{ kind: 'filter', type: 'only', name: 'only', filter: only }];
  return {
    name: 'default',
    shadow: false,
    filters,
    scorers: [{ scorer: scorerOf(({ slot }) => 1 / (1 + slot)), weight: 1 }],
    picker: bestPicker(),
    ...rest,
  };
}

/** What a test director is made with. */
export interface TestDirectorOptions {
  readonly pool?: readonly Partial<Endpoint>[];
  readonly rules?: TestRules;
  readonly profiles?: readonly Profile[];
  readonly handler?: ProfileHandler;
  readonly plugins?: readonly Plugin[];
  readonly prefixes?: PrefixMatcher;
  readonly followers?: readonly CallFollower[];
  /** What admission says; it lets everybody in unless told otherwise. */
  readonly admit?: (ticket: AdmissionTicket) => AdmissionVerdict | Promise<AdmissionVerdict>;
  readonly settings?: Partial<DirectorSettings>;
  readonly parts?: Partial<DirectorParts>;
  /** Whether decisions are recorded. */
  readonly recorded?: boolean;
}

/** A director with a pool, admission and plugins that a test controls, and all that it tells others. */
export interface TestDirector {
  readonly director: PickerDirector;
  readonly clock: FakeClock;
  readonly pool: Omit<PoolView, 'endpoints'> & { endpoints: readonly TestEndpoint[] };
  readonly log: DecisionLog;
  readonly inFlight: InFlightCalls;
  readonly rejected: readonly Rejected[];
  readonly routed: readonly Call[];
  readonly finished: readonly Call[];
  readonly faults: readonly string[];
  /** Requests that admission let in and that have not been given back. */
  readonly admitted: () => number;
  readonly send: (given?: TestRequest) => Verdict | Promise<Verdict>;
}

/** A request as the gateway tells of it. */
export interface TestRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or a value to write as JSON; undefined for a chat request; null for none. */
  readonly body?: unknown;
  readonly subset?: readonly string[];
  readonly signal?: AbortSignal;
}

export function testDirector(options: TestDirectorOptions = {}): TestDirector {
  const clock = fakeClock(1000);
  const books = new InFlight();
  const inFlight = new InFlightCalls(books);
  const pool = {
    name: 'pool',
    namespace: 'inference',
    endpoints: endpoints(options.pool ?? [{}, {}, {}]).map((at) => ({ ...at, load: books.attach() })),
    synced: true,
    measured: true,
  };
  const scheduler = new Scheduler({
    profiles: options.profiles ?? [profile()],
    handler: options.handler ?? everyProfile(),
    others: options.plugins ?? [],
  });
  const told = observer();
  const door = countingAdmission(options.admit ?? (() => ({ kind: 'admitted', release: () => undefined })));
  const log = new DecisionLog();
  const director = new PickerDirector({
    parser: new RequestParsers(),
    rules: modelRules(options.rules),
    pool,
    admission: door.admission,
    scheduler,
    prefixes: options.prefixes ?? { match: () => 0 },
    followers: options.followers ?? [inFlight],
    observer: told.observer,
    clock,
    random: seededRandom(7),
    newRequestId: () => 'made-id',
    ...(options.recorded === false ? {} : { log }),
    settings: options.settings ?? {},
    ...options.parts,
  });
  return {
    ...told,
    director,
    clock,
    pool,
    log,
    inFlight,
    admitted: door.admitted,
    send: (given = {}) => director.direct(head(given), bodyOf(given.body)),
  };
}

function observer(): Pick<TestDirector, 'rejected' | 'routed' | 'finished' | 'faults'> & {
  readonly observer: DirectorObserver;
} {
  const rejected: Rejected[] = [];
  const routed: Call[] = [];
  const finished: Call[] = [];
  const faults: string[] = [];
  const tell: DirectorObserver = {
    rejected: (rejection) => rejected.push(rejection),
    routed: (call) => routed.push(call),
    finished: (call) => finished.push(call),
    fault: (where, error) => faults.push(`${where}: ${error instanceof Error ? error.message : String(error)}`),
  };
  return { rejected, routed, finished, faults, observer: tell };
}

/** Counts what was let in and not given back, and refuses to take the same thing twice. */
function countingAdmission(admit: Admission['admit']): { admission: Admission; admitted: () => number } {
  let admitted = 0;
  const counted = (verdict: AdmissionVerdict): AdmissionVerdict => {
    if (verdict.kind === 'dropped') return verdict;
    admitted++;
    let released = false;
    return {
      kind: 'admitted',
      release() {
        if (released) throw new Error('released twice');
        released = true;
        admitted--;
        verdict.release();
      },
    };
  };
  return {
    admitted: () => admitted,
    admission: {
      admit(ticket) {
        const verdict = admit(ticket);
        return verdict instanceof Promise ? verdict.then(counted) : counted(verdict);
      },
      tick: () => undefined,
      waiting: 0,
      close: () => undefined,
    },
  };
}

/** What the gateway says of a POST to the chat API. */
export function head({ headers = {}, subset, signal }: TestRequest = {}): RequestHead {
  return {
    headers: new Map(Object.entries({ ':method': 'POST', ':path': '/v1/chat/completions', ...headers })),
    subset,
    receivedAt: 1000,
    signal: signal ?? new AbortController().signal,
  };
}

/** The body of a chat request. */
export const CHAT = { model: 'llama', messages: [{ role: 'user', content: 'tell me a secret' }] };

export function bodyOf(value: unknown = CHAT): RequestBody | undefined {
  if (value === null) return undefined;
  const bytes = new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
  return { chunks: [bytes], bytes: bytes.length };
}

/** The text of a body. */
export function textOf(body: RequestBody | undefined): string {
  return Buffer.concat(body?.chunks ?? []).toString();
}

/** The verdict that routes; fails where the request was rejected. */
export function route(verdict: Verdict | Promise<Verdict>): RouteVerdict {
  if (verdict instanceof Promise || verdict.kind === 'reject')
    throw new Error(`not routed: ${JSON.stringify(verdict)}`);
  return verdict;
}

/** The verdict that rejects; fails where the request was routed. */
export function reject(verdict: Verdict | Promise<Verdict>): RejectVerdict {
  if (verdict instanceof Promise || verdict.kind === 'route') throw new Error('not rejected');
  return verdict;
}
