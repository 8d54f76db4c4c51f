import { type LocatedProblem } from '../../../../lib/core/located-problem';
import { ParameterReader, type Parameters } from '../../../../lib/picker/scheduling/parameters/parameter-reader';

function reader(values: Parameters) {
  const found: LocatedProblem[] = [];
  const origin = {
    owner: "plugin 'p'",
    path: ['plugins', 0],
    report: (problem: LocatedProblem) => void found.push(problem),
  };
  return { read: new ParameterReader(values, origin), found };
}

test('what fits is read', () => {
  const { read, found } = reader({ n: 1.5, i: 2, b: true, c: 'red', s: 'x', l: ['a'], d: '1m30s', o: { n: 1 } });

  expect([
    read.number('n', 0, { min: 1, max: 2 }),
    read.integer('i', 0),
    read.boolean('b', false),
    read.choice('c', ['red', 'blue'], 'blue'),
    read.string('s'),
    read.strings('l'),
    read.durationMs('d', 0),
    read.object('o').number('n', 0),
  ]).toEqual([1.5, 2, true, 'red', 'x', ['a'], 90_000, 1]);
  read.finish();
  expect(found).toEqual([]);
});

test('what is not there is its default', () => {
  const { read } = reader({});

  expect([
    read.number('n', 7),
    read.boolean('b', true),
    read.string('s'),
    read.strings('l'),
    read.durationMs('d', 200),
    read.objects('o'),
  ]).toEqual([7, true, undefined, [], 200, []]);
});

const use = (expected: string, otherwise = '') => ({
  why: `it takes ${expected}`,
  fix: `use such a value, or leave it out${otherwise}`,
});

test.each<[string, (read: ParameterReader) => unknown, Parameters, object]>([
  ['a number', (read) => read.number('x', 1), { x: '5' }, use('a number', ' for 1')],
  ['a range', (read) => read.number('x', 1, { min: 0, max: 1 }), { x: 2 }, use('a number from 0 to 1', ' for 1')],
  ['a lower bound', (read) => read.number('x', 1, { above: 0 }), { x: 0 }, use('a number above 0', ' for 1')],
  [
    'a half-open range',
    (read) => read.number('x', 1, { above: 0, max: 1 }),
    { x: 0 },
    use('a number above 0 and up to 1', ' for 1'),
  ],
  [
    'a whole number',
    (read) => read.integer('x', 1, { min: 1 }),
    { x: 1.5 },
    use('a whole number of 1 or more', ' for 1'),
  ],
  ['a choice', (read) => read.choice('x', ['a', 'b'], 'a'), { x: 'c' }, use('a or b', ' for a')],
  ['a text', (read) => read.string('x'), { x: '' }, use('a text')],
  ['a list', (read) => read.strings('x'), { x: ['a', 1] }, use('a list of texts')],
  ['a duration', (read) => read.durationMs('x', 1), { x: 5 }, use('a duration of zero or more, such as 200ms or 30s')],
  [
    'a negative duration',
    (read) => read.durationMs('x', 1),
    { x: '-5s' },
    use('a duration of zero or more, such as 200ms or 30s'),
  ],
  ['a group', (read) => read.object('x'), { x: [] }, use('a group of fields')],
])('%s that does not fit is reported at its place', (_name, act, values, problem) => {
  const { read, found } = reader(values);
  act(read);

  expect(found).toEqual([
    { path: ['plugins', 0, 'x'], problem: { what: `x of plugin 'p' is ${JSON.stringify(values['x'])}`, ...problem } },
  ]);
});

test('fields that nobody read are reported, in groups too', () => {
  const { read, found } = reader({ limit: 1, list: [{ nmae: 'x' }] });
  read.number('limits', 0);
  for (const group of read.objects('list')) group.string('name');
  read.finish();

  expect(found.map(({ path, problem }) => [path.join('.'), problem.what, problem.fix])).toEqual([
    ['plugins.0.limit', "plugin 'p' has no parameter 'limit'", 'did you mean limits?'],
    ['plugins.0.list.0.nmae', "plugin 'p' has no parameter 'list[0].nmae'", 'did you mean name?'],
  ]);
});
