import { oneOf, type Problem, ValidationError } from '../../core/problem';
import { isFields, numberAt, textAt, type Fields } from '../manifests/fields';
import type { AdminTarget, LoadRequest } from './target';

/** What the API answers, as JSON. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: object;
}

/** A request of the API, without its connection. */
export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  /** Of a POST; undefined without one. */
  readonly body: unknown;
}

/** Limits of a load that somebody starts from the page. */
const MOST_RATE = 200;
const MOST_SECONDS = 3600;

/** Answers a request of the API. Errors of the target that are no ValidationError come through. */
export async function answer(target: AdminTarget, request: AdminRequest): Promise<AdminAnswer> {
  try {
    return await routed(target, request);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return { status: 400, body: { errors: error.problems } };
  }
}

async function routed(target: AdminTarget, { method, path, body }: AdminRequest): Promise<AdminAnswer> {
  switch (`${method} ${path}`) {
    case 'GET /api/state':
      return { status: 200, body: target.state() };
    case 'POST /api/pods': {
      const { lane, deployment } = podOf(body);
      return { status: 201, body: { name: await target.addPod(lane, deployment) } };
    }
    case 'POST /api/load':
      await target.startLoad(loadOf(body, target.state().workloads));
      return { status: 202, body: {} };
    case 'DELETE /api/load':
      await target.stopLoad();
      return { status: 200, body: {} };
  }
  const pod = /^\/api\/pods\/([^/]+)$/.exec(path)?.[1];
  if (method === 'DELETE' && pod !== undefined) {
    await target.killPod(decoded(pod));
    return { status: 200, body: {} };
  }
  return fault(404, { what: `${method} ${path}`, why: 'there is nothing at this address', fix: 'open / for the page' });
}

/** An answer that says what is wrong with a request. */
export function fault(status: number, problem: Problem): AdminAnswer {
  return { status, body: { errors: [problem] } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function podOf(body: unknown): { readonly lane: string; readonly deployment: string } {
  const fields = bodyFields(body);
  const lane = textAt(fields, 'lane');
  const deployment = textAt(fields, 'deployment');
  if (lane !== undefined && deployment !== undefined) return { lane, deployment };
  return refuse({
    what: `lane ${JSON.stringify(fields['lane'])}, deployment ${JSON.stringify(fields['deployment'])}`,
    why: 'both must be texts',
    fix: 'send {"lane": "picker", "deployment": "NAME"}',
  });
}

function loadOf(body: unknown, workloads: readonly string[]): LoadRequest {
  const fields = bodyFields(body);
  const workload = textAt(fields, 'workload');
  if (workload === undefined || !workloads.includes(workload)) {
    const what = `workload ${JSON.stringify(fields['workload'])}`;
    return refuse({ what, why: 'there is none of that name', fix: `use ${oneOf(workloads)}` });
  }
  return {
    workload,
    rate: numberIn(fields, 'rate', MOST_RATE),
    seconds: numberIn(fields, 'seconds', MOST_SECONDS),
  };
}

function numberIn(fields: Fields, name: string, most: number): number {
  const value = numberAt(fields, name);
  if (value !== undefined && value > 0 && value <= most) return value;
  return refuse({
    what: `${name} ${JSON.stringify(fields[name])}`,
    why: `it must be a number above 0 and at most ${most}`,
    fix: `give another ${name}`,
  });
}

function bodyFields(body: unknown): Fields {
  if (isFields(body)) return body;
  return refuse({ what: 'the body of the request', why: 'it is no JSON object', fix: 'send one' });
}

function refuse(problem: Problem): never {
  throw new ValidationError('admin', [problem]);
}
