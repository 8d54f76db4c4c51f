import * as fc from 'fast-check';
import { readExport } from '../../../lib/picker/director/read-export';
import { exportsOf, type Scenario } from '../../support/picker/random-decisions';

const SCENARIO: Scenario = {
  scorers: [{ type: 'no-hit-lru-scorer', weight: 1 }],
  filters: ['decode-filter'],
  picker: 'max-score-picker',
  disaggregated: false,
  pool: [{ waiting: 1 }, undefined],
  requests: [{ content: 'a', model: 'llama', session: undefined, ends: true }],
};
const [TEXT = ''] = exportsOf(SCENARIO);
const FIX = 'give the file that /debug/decisions/<id>/export returned, as it was';

test('an exported decision is read as it was written', () => {
  expect(readExport(TEXT)).toEqual(JSON.parse(TEXT));
});

test('text that is no JSON is refused', () => {
  expect(readExport('{')).toMatchObject({ what: 'the file is not JSON', fix: FIX });
});

test.each(['null', '[]', '{}', '{"kind":"inference-decision"}'])('%s is no exported decision', (text) => {
  expect(readExport(text)).toEqual({
    what: 'the file is not an exported decision',
    why: 'it lacks kind or configText',
    fix: FIX,
  });
});

test('a record of another version is refused', () => {
  expect(readExport('{"kind":"inference-decision","configText":"","record":{"version":7}}')).toEqual({
    what: "the record's version is 7",
    why: 'this picker reads version 1',
    fix: 'replay it with the picker that recorded it',
  });
});

/** The text with another value at a path. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const copy = JSON.parse(TEXT);
  let at = copy.record;
  for (const step of path.slice(0, -1)) at = at[step];
  at[path.at(-1) ?? ''] = value;
  return JSON.stringify(copy);
}

test.each([
  [['request'], null, 'request'],
  [['request', 'headers'], [], 'request.headers'],
  [['request', 'prompt', 'hashes'], 'x', 'request.prompt.hashes'],
  [['scheduling', 'seed'], '1', 'scheduling.seed'],
  [['scheduling', 'candidates', 1], null, 'scheduling.candidates[1]'],
  [['scheduling', 'candidates', 0, 'metrics', 'at'], null, 'scheduling.candidates[0].metrics.at'],
  [['scheduling', 'profiles', 0, 'filters', 0, 'kept'], 1, 'scheduling.profiles[0].filters[0].kept'],
  [['scheduling', 'profiles', 0, 'scorers', 0], 'x', 'scheduling.profiles[0].scorers[0]'],
])('a record that is damaged at %j is refused by name', (path, value, name) => {
  expect(readExport(changed(path, value))).toEqual({
    what: `${name} is missing or not what it should be`,
    why: 'the record is not complete',
    fix: FIX,
  });
});

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.json().map((json) => `{"kind":"inference-decision","configText":"","record":${json}}`),
      ),
      (text) => {
        expect(readExport(text)).toBeDefined();
      },
    ),
    { numRuns: 500, seed: 42 },
  );
});
