import { type ApiObject } from 'cdk8s';
import { checkName, type NameRule } from '../core/names';
import { problemsOf, type Problem } from '../core/problem';
import { addChecks } from './checks';
import { keepIndexFresh, manifestIndex, objectKey } from './manifest-index';

/** Checks what holds for every object that the library makes: a valid name that nobody else has. */
export function addObjectChecks(object: ApiObject, rule: NameRule = 'subdomain'): void {
  keepIndexFresh(object);
  // The object that a construct stands for is reported under the construct's own path.
  const owner = object.node.id === 'Default' ? (object.node.scope ?? object) : object;
  addChecks(owner, () => problemsOf(checkName(`name of its ${object.kind}`, object.name, rule), checkUnique(object)));
}

function checkUnique(object: ApiObject): Problem | undefined {
  const paths = manifestIndex(object).objects.get(objectKey(object)) ?? [];
  const first = paths[0];
  if (first === undefined || first === object.node.path) return undefined;
  return {
    what: `name '${object.name}' of its ${object.kind} is taken by ${first}`,
    why: 'the second object would overwrite the first in the cluster',
    fix: 'give one of them another name, or put them into different namespaces',
  };
}
