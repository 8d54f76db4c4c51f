import type { ModelRules } from '../pool/views';
import type { Random } from '../time';

/** The model that a request is for. */
export interface ModelTarget {
  readonly kind: 'model';
  /** Name that the client used. */
  readonly incoming: string;
  /** Name that the server is asked for. */
  readonly model: string;
  /** Rule that chose it. */
  readonly rule: string | undefined;
}

/** The request cannot be served, because no model can be told. */
export interface NoModel {
  readonly kind: 'no-model';
  readonly message: string;
}

/** Where a model name may come from. */
export interface ModelSources {
  /** Model name of the body, empty where it lacks one. */
  readonly body: string;
  /** Model name of the header. */
  readonly override: string | undefined;
  readonly rules: ModelRules;
  readonly random: Random;
}

/** Longest model name, characters: it is kept as long as its request runs, and its body is not. */
const LONGEST_MODEL = 1024;

/** The model to ask for: what a rule says for the body's name, else the header's, else the body's own. */
export function modelTarget({ body, override, rules, random }: ModelSources): ModelTarget | NoModel {
  const longest = Math.max(body.length, override?.length ?? 0);
  if (longest > LONGEST_MODEL) {
    return { kind: 'no-model', message: `the model name has ${longest} characters; it has at most ${LONGEST_MODEL}` };
  }
  const ruled = rules.rewrite(body, random);
  if (ruled === 'empty') return { kind: 'no-model', message: `a rewrite rule for model ${name(body)} has no targets` };
  const model = ruled?.model ?? override ?? body;
  if (model === '') return { kind: 'no-model', message: 'model not found in request body' };
  return { kind: 'model', incoming: body === '' ? model : body, model, rule: ruled?.rule };
}

function name(model: string): string {
  return JSON.stringify(model.slice(0, 253));
}

/** Where a priority may come from. */
export interface PrioritySources {
  /** Objective that the client named. */
  readonly objective: string | undefined;
  readonly incomingModel: string;
  readonly rules: ModelRules;
  /** Whether an objective that is named like the model counts for requests that name none. */
  readonly objectiveFromModel: boolean;
}

/**
 * Priority of a request: that of its objective, else the one that its model brings, else 0. An objective that does not
 * exist is as good as none, so that a made-up name is no way out of a model's low priority.
 */
export function priorityOf({ objective, incomingModel, rules, objectiveFromModel }: PrioritySources): number {
  const named = objective === undefined ? undefined : rules.priorityOf(objective);
  if (named !== undefined) return named;
  const brought = rules.priorityOfModel(incomingModel);
  if (brought !== undefined) return brought;
  return (objectiveFromModel && incomingModel !== '' ? rules.priorityOf(incomingModel) : undefined) ?? 0;
}
