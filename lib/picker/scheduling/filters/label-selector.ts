import type { Json } from '../../../core/picker/config';
import type { ParameterReader, Parameters } from '../parameters/parameter-reader';
import type { Filter } from '../plugin';
import type { PluginFactory } from '../plugin-factory';
import { keep } from './keep';

type Labels = Readonly<Record<string, string>>;

/** A condition on labels. */
export type LabelRule = (labels: Labels) => boolean;

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** Keeps pods whose labels meet all conditions of a Kubernetes label selector. */
export function labelSelectorFilter(type: string, name: string, rules: readonly LabelRule[]): Filter {
  return {
    type,
    name,
    kind: 'filter',
    filter: (_context, candidates) => keep(candidates, ({ labels }) => rules.every((rule) => rule(labels))),
  };
}

/** Reads `matchLabels` and `matchExpressions`. */
export function readLabelSelector(parameters: ParameterReader): readonly LabelRule[] {
  const equal = Object.entries(readMatchLabels(parameters)).map(
    ([key, value]): LabelRule =>
      (labels) =>
        labels[key] === value,
  );
  return [...equal, ...parameters.objects('matchExpressions').map(readExpression)];
}

function readMatchLabels(parameters: ParameterReader): Labels {
  const group = parameters.object('matchLabels');
  const labels = group.all();
  if (isLabels(labels)) return labels;
  for (const key of Object.keys(labels)) group.string(key);
  return {};
}

function isLabels(labels: Parameters): labels is Labels {
  return Object.values(labels).every((value: Json) => typeof value === 'string');
}

function readExpression(expression: ParameterReader): LabelRule {
  const key = expression.string('key', '');
  if (key === '') expression.reject('key', 'a condition is on the label of that name', 'name a label');
  const operator = expression.choice('operator', OPERATORS, 'Exists');
  if (!expression.has('operator')) expression.reject('operator', 'it has no default', `use ${OPERATORS.join(', ')}`);
  const values = new Set(expression.strings('values'));
  const needsValues = operator === 'In' || operator === 'NotIn';
  if (needsValues !== values.size > 0) {
    const why = needsValues ? `${operator} compares with them` : `${operator} asks for the label alone`;
    expression.reject('values', why, needsValues ? 'list at least one' : 'remove them');
  }
  return rule(key, operator, values);
}

function rule(key: string, operator: (typeof OPERATORS)[number], values: ReadonlySet<string>): LabelRule {
  switch (operator) {
    case 'In':
      return (labels) => values.has(labels[key] ?? '') && labels[key] !== undefined;
    case 'NotIn':
      return (labels) => labels[key] === undefined || !values.has(labels[key]);
    case 'Exists':
      return (labels) => labels[key] !== undefined;
    case 'DoesNotExist':
      return (labels) => labels[key] === undefined;
  }
}

function bySelector(type: string): PluginFactory<Filter> {
  return { type, create: (name, parameters) => labelSelectorFilter(type, name, readLabelSelector(parameters)) };
}

export const LABEL_SELECTOR = bySelector('label-selector-filter');
/** The older name. */
export const BY_LABEL_SELECTOR = bySelector('by-label-selector');

/** The oldest form: values of one label. */
export const BY_LABEL: PluginFactory<Filter> = {
  type: 'by-label',
  create(name, parameters) {
    const label = parameters.string('label', '');
    if (label === '') parameters.reject('label', 'the filter compares its values', 'name a label');
    const values = new Set(parameters.strings('validValues'));
    const withoutLabel = parameters.boolean('allowsNoLabel', false);
    const fits: LabelRule = (labels) => {
      const value = labels[label];
      return value === undefined ? withoutLabel : values.has(value);
    };
    return labelSelectorFilter('by-label', name, [fits]);
  },
};
