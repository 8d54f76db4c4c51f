import { endOfLabels, isBlank, labelValue, skipBlanks } from './metric-labels';
import type { MetricSelector } from './metric-selector';

const CARRIAGE_RETURN = 13;
const HASH = 35;
const NEWLINE = 10;
const OPENING_BRACE = 123;

const NOTHING = new Uint8Array(0);

/** Longest text of a number; what is longer is none. */
const LONGEST_NUMBER = 64;

/** Looks up labels of the sample that a visitor was called with; only valid during the call. */
export type LabelLookup = (name: string) => string | undefined;

/** Called with the position of the selector that a sample fits, in the list that the reader was made with. */
export type SampleVisitor = (selector: number, value: number, label: LabelLookup) => void;

interface Wanted {
  readonly index: number;
  readonly name: Uint8Array;
  readonly labels: MetricSelector['labels'];
}

/**
 * Finds the samples of a few metrics in a page of Prometheus or OpenMetrics text, whose greatest part are histograms
 * that nobody asked for. Lines of other metrics cost a search for their end and a look at their first bytes; nothing is
 * allocated for them. A page is best given as a Buffer: its search for a byte is several times faster.
 */
export class MetricsText {
  readonly #wanted: readonly Wanted[];
  #page: Uint8Array = NOTHING;
  #labelsFrom = 0;
  #labelsEnd = 0;
  readonly #label: LabelLookup = (name) => labelValue(this.#page, this.#labelsFrom, this.#labelsEnd, name);

  public constructor(selectors: readonly MetricSelector[]) {
    const encoder = new TextEncoder();
    this.#wanted = selectors.map(({ name, labels }, index) => ({ index, name: encoder.encode(name), labels }));
  }

  /** Visits every sample with a finite value that fits a selector, in the page's order. Other lines are skipped. */
  public read(page: Uint8Array, visit: SampleVisitor): void {
    this.#page = page;
    const wanted = this.#wanted;
    let from = 0;
    while (from < page.length) {
      const newline = page.indexOf(NEWLINE, from);
      const end = newline < 0 ? page.length : newline;
      const start = isBlank(page[from]) ? skipBlanks(page, from, end) : from;
      if (page[start] !== HASH) {
        for (const one of wanted) {
          if (startsWith(page, start, one.name)) this.#sample(one, start + one.name.length, end, visit);
        }
      }
      from = end + 1;
    }
    this.#page = NOTHING;
  }

  /** The rest of a line after a wanted name: labels, value, and a timestamp or an exemplar that nobody reads. */
  #sample({ index, labels }: Wanted, afterName: number, end: number, visit: SampleVisitor): void {
    const page = this.#page;
    let at = skipBlanks(page, afterName, end);
    this.#labelsFrom = this.#labelsEnd = at;
    if (page[at] === OPENING_BRACE) {
      const closing = endOfLabels(page, at + 1, end);
      if (closing < 0) return;
      this.#labelsFrom = at + 1;
      this.#labelsEnd = closing;
      at = closing + 1;
    } else if (at === afterName) return;
    if (!labels.every(([name, value]) => this.#label(name) === value)) return;
    const value = numberAt(page, skipBlanks(page, at, end), end);
    if (Number.isFinite(value)) visit(index, value, this.#label);
  }
}

/** The last byte is compared first: names in a page begin alike. */
function startsWith(page: Uint8Array, at: number, name: Uint8Array): boolean {
  const last = name.length - 1;
  if (page[at + last] !== name[last]) return false;
  for (let i = 0; i < last; i++) if (page[at + i] !== name[i]) return false;
  return true;
}

function numberAt(page: Uint8Array, from: number, end: number): number {
  let at = from;
  let text = '';
  while (at < end && !isBlank(page[at]) && page[at] !== CARRIAGE_RETURN) {
    if (at - from === LONGEST_NUMBER) return NaN;
    text += String.fromCharCode(page[at] ?? 0);
    at++;
  }
  return text === '' ? NaN : Number(text);
}
