import {
  CONTROL_HEADERS,
  type ControlHeader,
  DEFAULT_FAIRNESS_ID,
  HOP_HEADERS,
  PATH_HEADERS,
  PEER_HEADERS,
} from '../../core/headers';
import type { Problem } from '../../core/problem';
import type { LatencyObjective } from '../scheduling/request';

type Headers = ReadonlyMap<string, string>;

/** What a client asks of the picker in its headers. */
export interface Controls {
  /** Name of an InferenceObjective. */
  readonly objective: string | undefined;
  readonly fairnessId: string;
  /** Model name to ask the server for. */
  readonly model: string | undefined;
  readonly latency: LatencyObjective;
  /** Values that were ignored. They reject no request: a client's typo must cost it no answer. */
  readonly ignored: readonly Problem[];
}

/** Path of requests that name none, as upstream has it. */
const DEFAULT_PATH = '/v1/completions';
/** Longest fairness id, in UTF-16 code units: each one in use costs memory. */
const LONGEST_FAIRNESS_ID = 256;
/** Longest latency that is taken seriously, ms: a day. */
const LONGEST_LATENCY_MS = 86_400_000;
const DECIMAL = /^\d{1,9}(\.\d{1,9})?$/;
const NO_LATENCY: LatencyObjective = Object.freeze({ ttftMs: undefined, tpotMs: undefined });
const NONE_IGNORED: readonly Problem[] = Object.freeze([]);

/** Reads the headers that steer the picker. The current name of a header wins over the older; empty ones are absent. */
export function readControls(headers: Headers): Controls {
  const ignored: Problem[] = [];
  const ttftMs = milliseconds(headers, CONTROL_HEADERS.TTFT_MS, ignored);
  const tpotMs = milliseconds(headers, CONTROL_HEADERS.TPOT_MS, ignored);
  return {
    objective: valueOf(headers, CONTROL_HEADERS.OBJECTIVE)?.value,
    fairnessId: fairnessId(headers, ignored),
    model: valueOf(headers, CONTROL_HEADERS.MODEL_REWRITE)?.value,
    latency: ttftMs === undefined && tpotMs === undefined ? NO_LATENCY : { ttftMs, tpotMs },
    ignored: ignored.length === 0 ? NONE_IGNORED : ignored,
  };
}

/** Path that the client asked for, without its query. */
export function requestPath(headers: Headers): string {
  for (const name of PATH_HEADERS) {
    const value = headers.get(name);
    if (value === undefined || value === '') continue;
    const query = value.indexOf('?');
    return query < 0 ? value : value.slice(0, query);
  }
  return DEFAULT_PATH;
}

/** Headers of a request that its server must not get: those between client and picker, and a client's peer headers. */
export function headersToRemove(headers: Headers): readonly string[] {
  return NOT_FOR_SERVERS.filter((name) => headers.has(name));
}

const NOT_FOR_SERVERS: readonly string[] = [...HOP_HEADERS, ...Object.values(PEER_HEADERS)];

/** Whether a `Prefer` header asks for an answer only from a pod that has some of the prompt in its cache. */
export function onlyIfCached(headers: Headers): boolean {
  const prefer = headers.get('prefer');
  if (prefer === undefined) return false;
  return prefer.split(',').some((preference) => preference.split(';', 1)[0]?.trim().toLowerCase() === 'if-available');
}

function valueOf(headers: Headers, header: ControlHeader): { name: string; value: string } | undefined {
  for (const name of [header.current, header.older]) {
    const value = headers.get(name)?.trim();
    if (value !== undefined && value !== '') return { name, value };
  }
  return undefined;
}

function fairnessId(headers: Headers, ignored: Problem[]): string {
  const found = valueOf(headers, CONTROL_HEADERS.FAIRNESS_ID);
  if (found === undefined) return DEFAULT_FAIRNESS_ID;
  if (found.value.length <= LONGEST_FAIRNESS_ID) return found.value;
  ignored.push({
    what: `${found.name} has ${found.value.length} characters`,
    why: `each fairness id in use is kept in memory, so they have at most ${LONGEST_FAIRNESS_ID}`,
    fix: 'send a shorter name of the tenant, such as a hash of it',
  });
  return DEFAULT_FAIRNESS_ID;
}

function milliseconds(headers: Headers, header: ControlHeader, ignored: Problem[]): number | undefined {
  const found = valueOf(headers, header);
  if (found === undefined) return undefined;
  const value = DECIMAL.test(found.value) ? Number(found.value) : NaN;
  if (value > 0 && value <= LONGEST_LATENCY_MS) return value;
  ignored.push({
    what: `${found.name} is ${JSON.stringify(found.value.slice(0, 64))}`,
    why: `it is a number of milliseconds, more than 0 and at most ${LONGEST_LATENCY_MS}`,
    fix: 'send a decimal number such as 250, without a unit',
  });
  return undefined;
}
