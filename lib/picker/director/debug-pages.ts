import { fingerprint } from '../../core/hash';
import type { Json } from '../../core/picker/config';
import type { PoolView } from '../pool/views';
import type { Decision } from './decision';
import type { DecisionLog } from './decision-log';
import type { DecisionExport, DecisionRecord } from './decision-record';
import { recordOf } from './record-of';
import { stateOfPool } from './pool-report';
import { leftOut } from './reachable';
import { whyOf } from './why';

/** Answer to somebody who asks for a page. */
export interface DebugAnswer {
  /** HTTP status. */
  readonly status: 200 | 400 | 404;
  readonly contentType: string;
  readonly body: string;
}

/** What the pages show. */
export interface DebugSources {
  readonly log: DecisionLog;
  readonly pool: PoolView;
  /** Text of the configuration that is in force. */
  readonly configText: string;
  /** Further parts of the state by name, such as admission, the prefix index and plugins: asked when the page is. */
  readonly state?: Readonly<Record<string, () => Json>>;
  /** Clock time, ms. */
  readonly now: () => number;
}

/** Where the pages are. */
export const DebugPaths = Object.freeze({ DECISIONS: '/debug/decisions', STATE: '/debug/state' });

const JSON_TYPE = 'application/json; charset=utf-8';
const DEFAULT_LIMIT = 50;
const HIGHEST_LIMIT = 1000;

/**
 * The pages for whoever asks why: the latest decisions, one of them in full or as a file for `replay`, and the state of
 * the picker. Pure: who may see them is for the server to decide, since they name models, tenants and pods.
 */
export class DebugPages {
  readonly #sources: DebugSources;
  readonly #config: string;

  public constructor(sources: DebugSources) {
    this.#sources = sources;
    this.#config = fingerprint(sources.configText);
  }

  /** Answers a path below `/debug`; undefined for one that is no page of these. */
  public answer(path: string, query: URLSearchParams): DebugAnswer | undefined {
    if (path === DebugPaths.STATE) return json(200, this.#state());
    if (path === DebugPaths.DECISIONS) return this.#list(query);
    if (!path.startsWith(`${DebugPaths.DECISIONS}/`)) return undefined;
    const [id = '', action, ...more] = path.slice(DebugPaths.DECISIONS.length + 1).split('/');
    if (more.length > 0 || (action !== undefined && action !== 'export')) return undefined;
    const decision = this.#sources.log.find(id);
    if (decision === undefined) return json(404, { error: missing(id) });
    const record = this.#record(decision);
    return json(200, action === 'export' ? this.#exported(record) : { why: whyOf(record), ...record });
  }

  #record(decision: Decision): DecisionRecord {
    const { namespace, name } = this.#sources.pool;
    return recordOf(decision, { config: this.#config, pool: `${namespace}/${name}` });
  }

  #exported(record: DecisionRecord): DecisionExport {
    return { kind: 'inference-decision', record, configText: this.#sources.configText };
  }

  #list(query: URLSearchParams): DebugAnswer {
    const given = query.get('limit') ?? String(DEFAULT_LIMIT);
    const limit = Number(given);
    if (!Number.isInteger(limit) || limit < 1 || limit > HIGHEST_LIMIT) {
      return json(400, { error: `limit is ${JSON.stringify(given)}; give a whole number from 1 to ${HIGHEST_LIMIT}` });
    }
    const found = this.#sources.log.latest().filter(matcher(query));
    return json(200, { total: found.length, decisions: found.slice(0, limit).map(summary) });
  }

  #state(): Json {
    const { pool, log, state = {}, now } = this.#sources;
    const parts = Object.entries(state).map(([name, report]) => [name, guarded(report)] as const);
    return {
      config: this.#config,
      pool: stateOfPool(pool, now()),
      decisions: { kept: log.latest().length, bytes: log.bytes },
      ...Object.fromEntries(parts),
    };
  }
}

/** One part that fails must not hide the others. */
function guarded(report: () => Json): Json {
  try {
    return report();
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function missing(id: string): string {
  return `decision ${JSON.stringify(id.slice(0, 64))} is not kept any more, or was made by another replica`;
}

/** Filters of the list: `model`, `endpoint` (id, pod or host:port), `request` and `id`. */
function matcher(query: URLSearchParams): (decision: Decision) => boolean {
  const model = query.get('model');
  const endpoint = query.get('endpoint');
  const request = query.get('request');
  const id = query.get('id');
  return (decision) =>
    (id === null || decision.id === id) &&
    (request === null || decision.request.id === request) &&
    (model === null || decision.request.model === model || decision.request.incomingModel === model) &&
    (endpoint === null || servedBy(decision, endpoint));
}

function servedBy({ call }: Decision, name: string): boolean {
  if (call === undefined) return false;
  return call.targets.some(({ endpoint: { id, podName, hostPort } }) => [id, podName, hostPort].includes(name));
}

function summary({ id, wallTime, request, scheduling, refusal, call }: Decision): Json {
  const unreachable = scheduling === undefined ? [] : leftOut(scheduling.allowed, scheduling.snapshot.candidates);
  return {
    id,
    time: new Date(wallTime).toISOString(),
    request: request.id,
    model: request.model,
    priority: request.priority,
    ...(call === undefined
      ? {}
      : { endpoint: call.primary.endpoint.id, outcome: call.outcome ?? 'running', status: call.status ?? null }),
    ...(refusal === undefined ? {} : { refused: refusal.status, reason: refusal.reason ?? null }),
    ...(unreachable.length === 0 ? {} : { unreachable: unreachable.map((endpoint) => endpoint.id) }),
  };
}

function json(status: DebugAnswer['status'], value: unknown): DebugAnswer {
  return { status, contentType: JSON_TYPE, body: `${JSON.stringify(value, undefined, 2)}\n` };
}
