import { type IConstruct } from 'constructs';
import { apiProfile, type ApiProfile, type ApiProfileLike, checkApiProfile } from '../core/api-profile';
import { formatProblem } from '../core/problem';

const CONTEXT_KEY = 'gke-inference-gateway/api-profile';

/**
 * Sets the generation of the inference APIs for an App, a Chart or any construct, and everything below it.
 *
 * @throws when the profile is unknown, or when the scope has children already: they were made with another profile
 */
export function setApiProfile(scope: IConstruct, profile: ApiProfileLike): void {
  if (scope.node.children.length > 0) {
    const where = scope.node.path === '' ? 'the app' : `'${scope.node.path}'`;
    throw new Error(`setApiProfile: ${where} has children already; call it before the first of them is made`);
  }
  const problem = checkApiProfile(profile);
  if (problem !== undefined) throw new Error(`setApiProfile: ${formatProblem(problem)}`);
  // What an outer scope said stays in force where this one says nothing.
  scope.node.setContext(CONTEXT_KEY, { ...apiProfileAt(scope), ...apiProfile(profile) });
}

/** The profile that is in force at a scope; fields that nobody set are undefined. */
export function apiProfileAt(scope: IConstruct): ApiProfile {
  const context: unknown = scope.node.tryGetContext(CONTEXT_KEY);
  // Only setApiProfile writes this key.
  return (context as ApiProfile | undefined) ?? {};
}
