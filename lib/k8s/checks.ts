import { type IConstruct } from 'constructs';
import { formatProblem, type Problem } from '../core/problem';

/** Reports a construct's problems at synth, together with those of all others. */
export function addChecks(construct: IConstruct, checks: () => readonly Problem[]): void {
  construct.node.addValidation({ validate: () => checks().map(formatProblem) });
}
