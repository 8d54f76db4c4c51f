import { COMMON_PLUGINS } from '../../../../lib/core/picker/plugins/common';
import { COMMON_ROWS, repeated, rowsOf, sorted } from './tables';

test('has the types, kinds and parameters of its sources', () => {
  expect(rowsOf(COMMON_PLUGINS)).toEqual(sorted(COMMON_ROWS));
});

test('lists no parameter twice', () => {
  expect(repeated(COMMON_PLUGINS)).toEqual([]);
});

test('cannot be changed', () => {
  const parts = Object.values(COMMON_PLUGINS).flatMap((facts) => [facts, facts.parameters]);

  expect([COMMON_PLUGINS, ...parts].every((part) => Object.isFrozen(part))).toBe(true);
});

test('has nothing experimental', () => {
  expect(Object.values(COMMON_PLUGINS).some(({ experimental }) => experimental)).toBe(false);
});
