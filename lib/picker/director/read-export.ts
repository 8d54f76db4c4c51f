import type { Problem } from '../../core/problem';
import { type DecisionExport, RECORD_VERSION } from './decision-record';

const FIX = 'give the file that /debug/decisions/<id>/export returned, as it was';

type Shape = 'text' | 'number' | 'exact' | 'boolean' | 'list' | 'object';

/** Members that a replay reads, by the objects that have them. Lists are checked element by element. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  record: {
    id: 'text',
    time: 'text',
    config: 'text',
    pool: 'text',
    request: 'object',
    ignored: 'list',
    waitedMs: 'exact',
  },
  request: {
    id: 'text',
    incomingModel: 'text',
    model: 'text',
    priority: 'number',
    fairnessId: 'text',
    headers: 'object',
    promptTokens: 'exact',
    prompt: 'object',
    bodyBytes: 'number',
    streaming: 'boolean',
    objective: 'object',
    receivedAt: 'exact',
  },
  prompt: { hashes: 'list', blockTokens: 'number' },
  scheduling: { now: 'exact', seed: 'number', candidates: 'list', profiles: 'list', result: 'object' },
  candidate: {
    id: 'text',
    slot: 'number',
    generation: 'number',
    hostPort: 'text',
    labels: 'object',
    readyAt: 'exact',
    fresh: 'boolean',
    load: 'object',
    matchedBlocks: 'number',
  },
  metrics: { runningAdapters: 'list', waitingAdapters: 'list', maxAdapters: 'exact', at: 'exact' },
  profile: {
    profile: 'text',
    shadow: 'boolean',
    filters: 'list',
    candidates: 'list',
    scorers: 'list',
    totals: 'list',
    picker: 'text',
    picked: 'list',
    faults: 'list',
  },
  filter: { plugin: 'text', kept: 'list' },
  scorer: { plugin: 'text', weight: 'exact', scores: 'list', explanations: 'list' },
  fault: { plugin: 'text', message: 'text' },
};

/** Reads an exported decision, or says what is wrong with it. */
export function readExport(text: string): DecisionExport | Problem {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { what: 'the file is not JSON', why: error instanceof Error ? error.message : String(error), fix: FIX };
  }
  if (!isObject(value) || value['kind'] !== 'inference-decision' || typeof value['configText'] !== 'string') {
    return { what: 'the file is not an exported decision', why: 'it lacks kind or configText', fix: FIX };
  }
  const { record } = value;
  if (!isObject(record) || record['version'] !== RECORD_VERSION) {
    const version = isObject(record) ? JSON.stringify(record['version']) : 'missing';
    return {
      what: `the record's version is ${version}`,
      why: `this picker reads version ${RECORD_VERSION}`,
      fix: 'replay it with the picker that recorded it',
    };
  }
  const wrong = wrongIn(record);
  if (wrong !== undefined)
    return { what: `${wrong} is missing or not what it should be`, why: 'the record is not complete', fix: FIX };
  // Every member that is read was looked at.
  return value as unknown as DecisionExport;
}

type Fields = Readonly<Record<string, unknown>>;

/** The first member of a record that is not what it should be. */
function wrongIn(record: Fields): string | undefined {
  const { request, scheduling } = record;
  const head = wrongMember(record, 'record') ?? wrongMember(request, 'request', 'request');
  if (head !== undefined || !isObject(request)) return head;
  const prompt = wrongMember(request['prompt'], 'prompt', 'request.prompt');
  if (prompt !== undefined || scheduling === null) return prompt;
  return (
    wrongMember(scheduling, 'scheduling', 'scheduling') ??
    (isObject(scheduling) ? wrongInScheduling(scheduling) : undefined)
  );
}

function wrongInScheduling({ candidates, profiles }: Fields): string | undefined {
  return (
    wrongElement(candidates, 'candidate', 'scheduling.candidates', ({ metrics }, path) =>
      metrics === null ? undefined : wrongMember(metrics, 'metrics', `${path}.metrics`),
    ) ??
    wrongElement(
      profiles,
      'profile',
      'scheduling.profiles',
      ({ filters, scorers, faults }, path) =>
        wrongElement(filters, 'filter', `${path}.filters`) ??
        wrongElement(scorers, 'scorer', `${path}.scorers`) ??
        wrongElement(faults, 'fault', `${path}.faults`),
    )
  );
}

function wrongElement(
  list: unknown,
  shape: string,
  path: string,
  inside: (element: Fields, path: string) => string | undefined = () => undefined,
): string | undefined {
  for (const [i, element] of (Array.isArray(list) ? list : []).entries()) {
    const at = `${path}[${i}]`;
    const wrong = wrongMember(element, shape, at) ?? (isObject(element) ? inside(element, at) : at);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongMember(value: unknown, shape: string, path = ''): string | undefined {
  if (!isObject(value)) return path;
  const wrong = Object.entries(SHAPES[shape] ?? {}).find(([name, wanted]) => !fits(value[name], wanted));
  return wrong && (path === '' ? wrong[0] : `${path}.${wrong[0]}`);
}

function fits(value: unknown, shape: Shape): boolean {
  switch (shape) {
    case 'text':
      return typeof value === 'string';
    case 'number':
    case 'boolean':
      return typeof value === shape;
    case 'exact':
      return typeof value === 'number' || typeof value === 'string';
    case 'list':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
