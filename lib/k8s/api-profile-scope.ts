import { type IConstruct } from 'constructs';
import { apiProfile, type ApiProfile, type ApiProfileLike } from '../core/api-profile';

const CONTEXT_KEY = 'gke-inference-gateway/api-profile';

/**
 * Sets the generation of the inference APIs for an App, a Chart or any construct, and everything below it.
 *
 * @throws when the scope has children already: they were made with another profile
 */
export function setApiProfile(scope: IConstruct, profile: ApiProfileLike): void {
  if (scope.node.children.length > 0) {
    const where = scope.node.path === '' ? 'the app' : `'${scope.node.path}'`;
    throw new Error(`setApiProfile: ${where} has children already; call it before the first of them is made`);
  }
  scope.node.setContext(CONTEXT_KEY, apiProfile(profile));
}

/** The profile that is in force at a scope; fields that nobody set are undefined. */
export function apiProfileAt(scope: IConstruct): ApiProfile {
  const context: unknown = scope.node.tryGetContext(CONTEXT_KEY);
  // Only setApiProfile writes this key.
  return (context as ApiProfile | undefined) ?? {};
}
