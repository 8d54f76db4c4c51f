import type { Problem } from '../../core/problem';

/** Which series to read: a name, and labels that it must have. */
export interface MetricSelector {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,}"']*)\s*(,|$)/;

/**
 * Reads a selector as in PromQL, `name{label="value"}`, with equality only; quotes may be left out. The Go picker has
 * the same syntax for the specs of `core-metrics-extractor`.
 */
export function parseMetricSelector(text: string): MetricSelector | Problem {
  const trimmed = text.trim();
  const [name] = NAME.exec(trimmed) ?? [];
  if (name === undefined) return broken(text, 'it does not begin with the name of a metric');
  const rest = trimmed.slice(name.length).trim();
  if (rest === '') return { name, labels: [] };
  if (!rest.startsWith('{') || !rest.endsWith('}')) return broken(text, 'only labels in braces may follow the name');
  return parseLabels(text, name, rest.slice(1, -1).trim());
}

function parseLabels(text: string, name: string, inner: string): MetricSelector | Problem {
  const labels: [string, string][] = [];
  let rest = inner;
  while (rest !== '') {
    const [term, label, operator, value] = LABEL.exec(rest) ?? [];
    if (term === undefined || label === undefined || value === undefined) {
      return broken(text, `'${rest}' is not label="value"`);
    }
    if (operator !== '=') return broken(text, `labels are compared with =, not with ${operator ?? ''}`);
    labels.push([label, unquote(value.trim())]);
    rest = rest.slice(term.length).trim();
  }
  return { name, labels };
}

function unquote(value: string): string {
  const quoted = value.startsWith('"') || value.startsWith("'");
  return quoted ? value.slice(1, -1).replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)) : value;
}

function broken(text: string, why: string): Problem {
  return { what: `metric '${text}' cannot be read`, why, fix: `write name or name{label="value"}` };
}
