import { REQUEST_ID_HEADER } from '../../core/headers';
import type { Problem } from '../../core/problem';
import { type InferenceRequest, NO_PROMPT } from '../scheduling/request';
import { type Controls, readControls, requestPath } from './controls';
import { modelTarget, priorityOf } from './model-target';
import type { DirectorParts, DirectorSettings, ParsedRequest } from './parts';
import type { RequestBody, RequestHead } from './types';

/** A request that was understood. */
export interface Intake {
  readonly kind: 'intake';
  readonly request: InferenceRequest;
  /** Undefined for a request without a body. */
  readonly parsed: ParsedRequest | undefined;
  /** The body for the server. */
  readonly body: RequestBody | undefined;
  /** Rule that chose the model name. */
  readonly rule: string | undefined;
  /** Header values that were ignored. */
  readonly ignored: readonly Problem[];
  /** Whether the request came without an id and got one. */
  readonly idMade: boolean;
}

/** A request that cannot be understood: the client's mistake. */
export interface BadRequest {
  readonly kind: 'bad-request';
  readonly message: string;
}

export type IntakeParts = Pick<DirectorParts, 'parser' | 'rules' | 'random' | 'newRequestId'>;

/** Makes an `InferenceRequest` of what the gateway sent. */
export class RequestIntake {
  public constructor(
    private readonly parts: IntakeParts,
    private readonly settings: DirectorSettings,
  ) {}

  public take(head: RequestHead, body: RequestBody | undefined): Intake | BadRequest {
    const controls = readControls(head.headers);
    if (body === undefined || isBodyless(head, body)) return this.#accept(head, body, controls, NOT_PARSED);
    const parsed = this.parts.parser.parse(requestPath(head.headers), head.headers, body);
    if ('what' in parsed) return { kind: 'bad-request', message: sentence(parsed) };
    const target = this.#target(parsed, controls);
    if (target.kind === 'no-model') return { kind: 'bad-request', message: target.message };
    return this.#accept(head, body, controls, { parsed, ...target });
  }

  #target(parsed: ParsedRequest, controls: Controls): ReturnType<typeof modelTarget> {
    // A format without a model name that could be replaced is served as it came.
    if (parsed.model === undefined) return { kind: 'model', incoming: '', model: '', rule: undefined };
    const { rules, random } = this.parts;
    return modelTarget({ body: parsed.model, override: controls.model, rules, random });
  }

  #accept(head: RequestHead, body: RequestBody | undefined, controls: Controls, found: Found): Intake {
    const { parsed, incoming, model, rule } = found;
    const { rules, newRequestId } = this.parts;
    const given = head.headers.get(REQUEST_ID_HEADER);
    const idMade = given === undefined || given === '';
    const { objectiveFromModel } = this.settings;
    const renamed = parsed?.model !== undefined && parsed.model !== model ? parsed.withModel(model) : body;
    return {
      kind: 'intake',
      request: {
        id: idMade ? newRequestId() : given,
        incomingModel: incoming,
        model,
        priority: priorityOf({ objective: controls.objective, incomingModel: incoming, rules, objectiveFromModel }),
        fairnessId: controls.fairnessId,
        headers: head.headers,
        promptTokens: parsed?.promptTokens ?? 0,
        maxOutputTokens: parsed?.maxOutputTokens,
        prompt: parsed?.blocks(model) ?? NO_PROMPT,
        bodyBytes: body?.bytes ?? 0,
        streaming: parsed?.streaming ?? false,
        objective: controls.latency,
        receivedAt: head.receivedAt,
      },
      parsed,
      body: renamed,
      rule,
      ignored: controls.ignored,
      idMade,
    };
  }
}

/** What the body said, if there was one. */
interface Found {
  readonly parsed: ParsedRequest | undefined;
  readonly incoming: string;
  readonly model: string;
  readonly rule: string | undefined;
}

const NOT_PARSED: Found = Object.freeze({ parsed: undefined, incoming: '', model: '', rule: undefined });

/** A gateway may announce a body and then send an empty one; only methods that are about their body need it. */
function isBodyless({ headers }: RequestHead, body: RequestBody): boolean {
  return body.bytes === 0 && headers.get(':method') !== 'POST';
}

function sentence({ what, why, fix }: Problem): string {
  return `${what}: ${why}; ${fix}`;
}
