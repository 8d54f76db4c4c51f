import { FLAGS } from '../core/picker/flags';
import type { FlagFacts, FlagGroup } from '../core/picker/flags-facts';
import { dashed, writeFlag } from './flags-values';

const WIDTH = 100;
const INDENT = ' '.repeat(6);

const USAGE = `Endpoint picker: tells a gateway, for each request, which pod should take it.

Usage:
  inference-endpoint-picker --pool-name=NAME [flags]         serve the pods of an InferencePool
  inference-endpoint-picker --endpoint-selector=... [flags]  serve pods by their labels
  inference-endpoint-picker --endpoints-file=FILE [flags]    serve without Kubernetes
  inference-endpoint-picker check-config FILE                check an EndpointPickerConfig
  inference-endpoint-picker replay FILE                      make an exported decision again
  inference-endpoint-picker --version`;

/** The text of `--help`. */
export function helpText(): string {
  const entries: readonly (readonly [string, FlagFacts])[] = Object.entries(FLAGS);
  const groups = [...new Set(entries.map(([, { group }]) => group))];
  const sections = groups.map((group) => section(group, entries));
  return `${[USAGE, ...sections].join('\n\n')}\n`;
}

function section(group: FlagGroup, entries: readonly (readonly [string, FlagFacts])[]): string {
  const title = `${group[0]?.toUpperCase() ?? ''}${group.slice(1)}:`;
  const flags = entries.filter(([, facts]) => facts.group === group).map(([name, facts]) => describe(name, facts));
  return [title, ...flags].join('\n');
}

function describe(name: string, facts: FlagFacts): string {
  const notes = [
    facts.help,
    ...(facts.choices === undefined ? [] : [`One of: ${facts.choices.join(', ')}.`]),
    ...(facts.ignored === undefined ? [] : [`No effect: ${facts.ignored}.`]),
    ...(facts.own === true ? ['Not a flag of the Go picker.'] : []),
  ];
  return [`  ${dashed(name)}${shown(facts)}`, ...wrap(notes.join(' '))].join('\n');
}

function shown(facts: FlagFacts): string {
  const value = writeFlag(facts, facts.default);
  return value === '' ? `=${facts.type.toUpperCase()}` : `=${value}`;
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT.length + line.length + 1 + word.length > WIDTH) {
      lines.push(`${INDENT}${line}`);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, `${INDENT}${line}`];
}
