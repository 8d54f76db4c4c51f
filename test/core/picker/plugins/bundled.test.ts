import { BUNDLED_PLUGINS } from '../../../../lib/core/picker/plugins/bundled';
import { BUNDLED_ROWS, OWN_ROW, repeated, rowsOf, sorted } from './tables';

test('has the types, kinds and parameters of its sources', () => {
  expect(rowsOf(BUNDLED_PLUGINS)).toEqual(sorted([...BUNDLED_ROWS, OWN_ROW]));
});

test('lists no parameter twice', () => {
  expect(repeated(BUNDLED_PLUGINS)).toEqual([]);
});

test('cannot be changed', () => {
  const parts = Object.values(BUNDLED_PLUGINS).flatMap((facts) => [facts, facts.parameters]);

  expect([BUNDLED_PLUGINS, ...parts].every((part) => Object.isFrozen(part))).toBe(true);
});

test('has nothing experimental', () => {
  expect(Object.values(BUNDLED_PLUGINS).some(({ experimental }) => experimental)).toBe(false);
});
