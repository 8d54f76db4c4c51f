import * as fc from 'fast-check';
import { MetricsText } from '../../../lib/picker/pool/metrics-text';
import type { MetricSelector } from '../../../lib/picker/pool/metric-selector';

type Sample = readonly [selector: number, value: number, label: string | undefined];

function samples(page: string | Uint8Array, selectors: readonly (MetricSelector | string)[], label = 'l'): Sample[] {
  const found: Sample[] = [];
  const wanted = selectors.map((one) => (typeof one === 'string' ? { name: one, labels: [] } : one));
  const bytes = typeof page === 'string' ? new TextEncoder().encode(page) : page;
  new MetricsText(wanted).read(bytes, (selector, value, labels) => found.push([selector, value, labels(label)]));
  return found;
}

test.each([
  ['a name alone', 'm 1\n', 1],
  ['no newline at the end', 'm 2', 2],
  ['a carriage return', 'm 3\r\n', 3],
  ['empty labels', 'm{} 4\n', 4],
  ['no blank after labels', 'm{a="b"}5\n', 5],
  ['blanks everywhere', ' \tm { a = "b" , c="d", }\t 6 \n', 6],
  ['a timestamp', 'm{a="b"} 7 1712345678901\n', 7],
  ['an exemplar', 'm{a="b"} 8 1.7e9 # {trace_id="abc"} 0.5 1.7e9\n', 8],
  ['an exponent', 'm 9.5e-1\n', 0.95],
  ['a sign', 'm -1\n', -1],
  ['a brace and an escaped quote in a label', 'm{a="}\\" "} 10\n', 10],
])('a sample with %s is found', (_, page, value) => {
  expect(samples(page, ['m'])).toEqual([[0, value, undefined]]);
});

test.each([
  ['another metric', 'n 1\n'],
  ['a metric whose name begins with it', 'm_total 1\nmm 1\nm:x 1\n'],
  ['a metric whose name ends with it', 'xm 1\n'],
  ['a comment', '# HELP m 1\n# TYPE m gauge\n#m 1\n'],
  ['a name in a label of another', 'n{m="m 1"} 2\n'],
  ['not a number', 'm NaN\n'],
  ['infinite', 'm +Inf\nm -Inf\n'],
  ['garbage', 'm one\nm 1.5x\nm 1,5\n'],
  ['no value', 'm\nm \nm{}\nm{} \n'],
  ['unclosed labels', 'm{a="b" 1\nm{a="b} 1\nm{ 1\n'],
  ['a number that never ends', `m ${'1'.repeat(1000)}\n`],
  ['an empty page', ''],
  ['newlines alone', '\n\n\r\n\n'],
])('what is %s is skipped', (_, page) => {
  expect(samples(page, ['m'])).toEqual([]);
});

test('a broken line does not hide the next', () => {
  expect(samples('m{a="b\nm 2\n', ['m'])).toEqual([[0, 2, undefined]]);
});

test('labels that a selector has must be equal', () => {
  const selector: MetricSelector = { name: 'm', labels: [['t', 'waiting']] };
  const page = 'm{t="running"} 1\nm{x="waiting"} 2\nm{x="y",t="waiting",z="w"} 3\nm 4\n';

  expect(samples(page, [selector])).toEqual([[0, 3, undefined]]);
});

test('a sample may fit several selectors', () => {
  const page = 'm{t="a"} 1\n';

  expect(samples(page, ['m', { name: 'm', labels: [['t', 'a']] }]).map(([index]) => index)).toEqual([0, 1]);
});

test.each([
  ['l="plain"', 'plain'],
  ['l=""', ''],
  ['a="b",l="x"', 'x'],
  ['l="back\\\\slash, quote\\" and\\nline"', 'back\\slash, quote" and\nline'],
  ['l="Llama-Überarbeitung-日本"', 'Llama-Überarbeitung-日本'],
  ['ll="no",l="yes"', 'yes'],
  ['L="no"', undefined],
  ['l=no', undefined],
  ['l', undefined],
])('the label in {%s} is %s', (labels, value) => {
  expect(samples(`m{${labels}} 1\n`, ['m'])).toEqual([[0, 1, value]]);
});

test('a page may be a Buffer, whose bytes begin anywhere', () => {
  const page = Buffer.concat([Buffer.from('xx'), Buffer.from('m 1\nm 2\n')]).subarray(2);

  expect(samples(page, ['m']).map(([, value]) => value)).toEqual([1, 2]);
});

describe('against a parser that splits lines and text', () => {
  /** One line as a person would take it apart; only for lines that the generator below makes. */
  function plainly(line: string): { name: string; labels: Map<string, string>; value: number } | undefined {
    const match = /^([a-z_:]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)*)\})? ([^ ]+)/.exec(line);
    if (match === null) return undefined;
    const labels = new Map<string, string>();
    for (const [, name, value] of (match[2] ?? '').matchAll(/([a-z]+)="((?:[^"\\]|\\.)*)"/g)) {
      const plain = value!.replace(/\\(.)/g, (__, char: string) => (char === 'n' ? '\n' : char));
      if (!labels.has(name!)) labels.set(name!, plain);
    }
    return { name: match[1]!, labels, value: Number(match[3]) };
  }

  const name = fc.constantFrom('m', 'm_total', 'mm', 'n', 'vllm:m', 'vllm:n');
  const escape = (text: string): string => text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
  const labelText = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('}', '{', '"', '\\', '\n', 'a,b', '# '),
  );
  const label = fc.tuple(fc.constantFrom('l', 'll', 'k'), labelText).map(([key, text]) => `${key}="${escape(text)}"`);
  const value = fc.oneof(
    fc.double().map(String),
    fc.integer().map(String),
    fc.constantFrom('NaN', '+Inf', '-Inf', '1e3', '0x', 'x'),
  );
  const tail = fc.constantFrom('', ' 1712345678', ' # {trace_id="a b"} 1 2');
  const sample = fc
    .tuple(name, fc.option(fc.array(label, { maxLength: 4 })), value, tail)
    .map(
      ([metric, labels, number, rest]) => `${metric}${labels === null ? '' : `{${labels.join(',')}}`} ${number}${rest}`,
    );
  const comment = fc.constantFrom('# HELP m m 1', '# TYPE m gauge', '# EOF', '', '#');

  test('every page gives the same samples', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: sample }, comment)), (lines) => {
        const wanted: readonly MetricSelector[] = [
          { name: 'm', labels: [] },
          { name: 'vllm:m', labels: [['l', 'a,b']] },
        ];
        const expected = lines.flatMap((line) => {
          const parsed = plainly(line);
          if (parsed === undefined || !Number.isFinite(parsed.value)) return [];
          return wanted.flatMap(({ name: metric, labels }, i): Sample[] =>
            metric === parsed.name && labels.every(([key, text]) => parsed.labels.get(key) === text)
              ? [[i, parsed.value, parsed.labels.get('l')]]
              : [],
          );
        });

        expect(samples(`${lines.join('\n')}\n`, wanted)).toEqual(expected);
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  test('any bytes are read without an error', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .array(fc.constantFrom('m', '{', '}', '=', '"', '\\', ',', '#', ' ', '\n', '\r', '\t', '1', '.', 'e'), {
          maxLength: 80,
        })
        .map((chars) => Buffer.from(chars.join(''))),
    );

    fc.assert(
      fc.property(bytes, (page) => {
        for (const [, found] of samples(page, ['m'])) expect(Number.isFinite(found)).toBe(true);
      }),
      { numRuns: 3000, seed: 4 },
    );
  });
});
