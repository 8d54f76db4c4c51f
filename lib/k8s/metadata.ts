import { type ApiObject } from 'cdk8s';
import { type Components, Labels, MANAGED_BY } from '../core/labels';
import { type NameRule } from '../core/names';
import { isClusterScoped } from './manifest-index';
import { addObjectChecks } from './object-checks';
import { override } from './override';

/** A part of the stack, as its component label names it. */
export type Component = (typeof Components)[keyof typeof Components];

/** Adds labels to an object; cdk8s cannot take them lazily. */
export function addLabels(object: ApiObject, labels: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(labels)) object.metadata.addLabel(key, value);
}

/** Labels and checks an object as every object of the library is. */
export function adopt<T extends ApiObject>(object: T, component: Component, rule?: NameRule): T {
  addLabels(object, { [Labels.COMPONENT]: component, [Labels.MANAGED_BY]: MANAGED_BY });
  addObjectChecks(object, rule);
  // cdk8s gives the chart's namespace to every object, also where Kubernetes has none.
  if (isClusterScoped(object.kind)) override(object, '/metadata/namespace', undefined);
  return object;
}
