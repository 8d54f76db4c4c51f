import {
  allOf,
  failIfAny,
  formatProblem,
  oneOf,
  problemsOf,
  ValidationError,
  type Problem,
} from '../../lib/core/problem';

const COUNT: Problem = { what: 'gpuCount 3', why: 'no machine has 3', fix: 'use 1, 2 or 4' };
const NAME: Problem = { what: "name 'A'", why: 'it has capitals', fix: "use 'a'" };

test('a problem is three lines: what, why and the way out', () => {
  expect(formatProblem(COUNT)).toMatchInlineSnapshot(`
"gpuCount 3
      why: no machine has 3
      fix: use 1, 2 or 4"
`);
});

test.each([
  [[], 'nothing'],
  [[8], '8'],
  [['a', 'b'], 'a or b'],
  [[1, 2, 4, 8], '1, 2, 4 or 8'],
])('%j is read as %s', (values, text) => {
  expect(oneOf(values)).toBe(text);
});

test.each([
  [[], 'nothing'],
  [[8], '8'],
  [['a', 'b'], 'a and b'],
  [[1, 2, 4, 8], '1, 2, 4 and 8'],
  [['this or that', 'b'], 'this or that and b'],
])('all of %j are read as %s', (values, text) => {
  expect(allOf(values)).toBe(text);
});

test('the problems of several checks are one list, in order', () => {
  expect(problemsOf(undefined, COUNT, [], [NAME, COUNT], undefined)).toEqual([COUNT, NAME, COUNT]);
});

test('an error tells where the problems are, and all of them', () => {
  expect(new ValidationError('chat/llama', [COUNT, NAME]).message).toMatchInlineSnapshot(`
"chat/llama: 2 invalid settings
  - gpuCount 3
      why: no machine has 3
      fix: use 1, 2 or 4
  - name 'A'
      why: it has capitals
      fix: use 'a'"
`);
});

test('an error with one problem counts one', () => {
  expect(new ValidationError('chat/llama', [COUNT]).message).toContain('chat/llama: 1 invalid setting\n');
});

test('an error carries its path and problems as data', () => {
  const error = new ValidationError('chat/llama', [COUNT]);

  expect([error.name, error.path, error.problems]).toEqual(['ValidationError', 'chat/llama', [COUNT]]);
});

test('nothing is thrown without a problem', () => {
  expect(() => {
    failIfAny('chat/llama', []);
  }).not.toThrow();
});

test('all problems are thrown at once', () => {
  expect(() => {
    failIfAny('chat/llama', [COUNT, NAME]);
  }).toThrow(new ValidationError('chat/llama', [COUNT, NAME]));
});
