import { GAIE_PLUGINS } from '../../../../lib/core/picker/plugins/gaie';
import { GAIE_ROWS, repeated, rowsOf, sorted } from './tables';

test('has the types, kinds and parameters of its sources', () => {
  expect(rowsOf(GAIE_PLUGINS)).toEqual(sorted(GAIE_ROWS));
});

test('lists no parameter twice', () => {
  expect(repeated(GAIE_PLUGINS)).toEqual([]);
});

test('cannot be changed', () => {
  const parts = Object.values(GAIE_PLUGINS).flatMap((facts) => [facts, facts.parameters]);

  expect([GAIE_PLUGINS, ...parts].every((part) => Object.isFrozen(part))).toBe(true);
});

test('has nothing experimental', () => {
  expect(Object.values(GAIE_PLUGINS).some(({ experimental }) => experimental)).toBe(false);
});

// Registered for conformance tests only.
test.each(['header-based-testing-filter', 'destination-endpoint-served-verifier'])('leaves out %s', (type) => {
  expect(Object.keys(GAIE_PLUGINS)).not.toContain(type);
});

// The prefix index moved into a producer in the router; here the scorer still has it.
test('keeps the prefix index in the scorer as well as in the producer', () => {
  expect(GAIE_PLUGINS['prefix-cache-scorer'].parameters).toEqual(
    GAIE_PLUGINS['approx-prefix-cache-producer'].parameters,
  );
});
