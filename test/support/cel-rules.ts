import { isCelError, type CelInput } from '@bufbuild/cel';
import { compileCel } from './cel-programs';
import { celValue } from './cel-values';
import type { CelValidation, Resolve } from './schema-types';
import type { StructuralNode } from './structural-rules';

/** The `x-kubernetes-validations` of one level, evaluated as on the creation of the object. */
export function celProblems({ schema, value, path }: StructuralNode, resolve: Resolve): string[] {
  const rules = (schema['x-kubernetes-validations'] ?? []).filter((rule) => !isTransitionRule(rule));
  // A null that the schema allows is not shown to the rules.
  if (rules.length === 0 || value === null) return [];
  const self = celValue(schema, value, resolve);
  return rules.flatMap((rule) => {
    const problem = ruleProblem(rule, self);
    return problem === undefined ? [] : [`${path === '' ? '(document)' : path}: ${problem} (CEL: ${rule.rule})`];
  });
}

/** Transition rules compare with the stored object, of which a create has none. */
export function isTransitionRule(rule: CelValidation): boolean {
  return /\boldSelf\b/.test(rule.rule) && rule.optionalOldSelf !== true;
}

function ruleProblem(rule: CelValidation, self: CelInput): string | undefined {
  const result = evaluate(rule.rule, self);
  if (result.failure !== undefined) return `the rule cannot be evaluated: ${result.failure}`;
  if (result.value === true) return undefined;
  if (result.value !== false) return 'the rule does not give a boolean';
  return failureMessage(rule, self);
}

function failureMessage(rule: CelValidation, self: CelInput): string {
  const computed = rule.messageExpression && evaluate(rule.messageExpression, self).value;
  if (typeof computed === 'string' && computed.trim() !== '') return computed;
  return rule.message ?? 'failed rule';
}

function evaluate(expression: string, self: CelInput): { value?: unknown; failure?: string } {
  try {
    const value = compileCel(expression)({ self });
    return isCelError(value) ? { failure: value.message } : { value };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
