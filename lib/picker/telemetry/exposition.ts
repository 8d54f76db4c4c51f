import type { LegacyMetric } from '../../core/picker/metrics/metric-facts';
import type { Family, Series } from './family';
import { Counter, Gauge, Histogram, type Instrument } from './instruments';

/** Media type of the text format. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Length from which a piece of text is handed on, characters. */
const PIECE = 64 * 1024;

/** A metric in Prometheus' text format, in pieces, with its older name if asked for; nothing without series. */
export function* expose(family: Family, legacy: boolean): Generator<string> {
  if (family.size === 0) return;
  yield* metricText(family, family.name, family.facts.labels, family.series());
  const older = family.facts.legacy;
  if (!legacy || older === undefined) return;
  yield* metricText(family, older.name, Object.keys(older.labels), olderSeries(family, older));
}

/** The series of an older name: those that differ only in labels which it lacks are added up. */
function olderSeries(family: Family, { labels }: LegacyMetric): Iterable<Series> {
  const places = Object.values(labels).map((label) => family.facts.labels.indexOf(label));
  const sums = new Map<string, Series>();
  for (const { labels: values, instrument } of family.series()) {
    const kept = places.map((place) => values[place] ?? '');
    const key = kept.join('\u0000');
    const sum = sums.get(key) ?? { labels: kept, instrument: empty(instrument, family.facts.buckets) };
    add(sum.instrument, instrument);
    sums.set(key, sum);
  }
  return sums.values();
}

function empty(like: Instrument, bounds: readonly number[] = []): Instrument {
  if (like instanceof Histogram) return new Histogram(bounds);
  return like instanceof Counter ? new Counter() : new Gauge();
}

function add(to: Instrument, from: Instrument): void {
  if (to instanceof Histogram) {
    if (from instanceof Histogram) to.merge(from);
  } else if (!(from instanceof Histogram)) to.value += from.value;
}

function* metricText(
  { facts }: Family,
  name: string,
  labelNames: readonly string[],
  series: Iterable<Series>,
): Generator<string> {
  let text = `# HELP ${name} ${facts.help}\n# TYPE ${name} ${facts.type}\n`;
  const bounds = (facts.buckets ?? []).map((bound) => `le="${bound}"`);
  for (const { labels, instrument } of series) {
    const pairs = labelNames.map((label, i) => `${label}="${escaped(labels[i] ?? '')}"`).join(',');
    text +=
      instrument instanceof Histogram
        ? histogramText(name, pairs, bounds, instrument)
        : `${name}${braced(pairs)} ${number(instrument.value)}\n`;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

function histogramText(name: string, pairs: string, bounds: readonly string[], { counts, sum }: Histogram): string {
  const prefix = `${name}_bucket{${pairs === '' ? '' : `${pairs},`}`;
  let text = '';
  let total = 0;
  for (let i = 0; i < counts.length; i += 1) {
    total += counts[i] ?? 0;
    text += `${prefix}${bounds[i] ?? 'le="+Inf"'}} ${total}\n`;
  }
  return `${text}${name}_sum${braced(pairs)} ${number(sum)}\n${name}_count${braced(pairs)} ${total}\n`;
}

function braced(pairs: string): string {
  return pairs === '' ? '' : `{${pairs}}`;
}

function number(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

/** Label values are the clients': without escapes a quote or a line break could forge series. */
function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
