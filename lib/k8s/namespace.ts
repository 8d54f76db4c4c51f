import { Chart } from 'cdk8s';
import { type IConstruct } from 'constructs';
import { type Problem } from '../core/problem';

/** Namespace of the chart that a construct belongs to. */
export function namespaceOf(construct: IConstruct): string | undefined {
  return Chart.of(construct).namespace;
}

/** Checks that the chart names its namespace, for objects that must repeat it in a reference. */
export function checkNamespace(construct: IConstruct, reason: string): Problem | undefined {
  if (namespaceOf(construct) !== undefined) return undefined;
  return {
    what: `chart '${Chart.of(construct).node.path}' has no namespace`,
    why: reason,
    fix: `give the chart one: new Chart(app, id, { namespace: 'inference' })`,
  };
}
