import * as fc from 'fast-check';
import {
  type ExactNumber,
  exact,
  exactOrNull,
  inexact,
  inexactOrUndefined,
} from '../../../lib/picker/director/exact-number';

test('every number survives JSON bit by bit', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      const read = JSON.parse(JSON.stringify(exact(value))) as ExactNumber;

      expect(Object.is(inexact(read), value)).toBe(true);
    }),
    { seed: 42 },
  );
});

test.each([NaN, Infinity, -Infinity, -0])('%s survives JSON', (value) => {
  const read = JSON.parse(JSON.stringify(exact(value))) as ExactNumber;

  expect(Object.is(inexact(read), value)).toBe(true);
});

test('an unknown number is null in JSON', () => {
  expect([exactOrNull(undefined), inexactOrUndefined(null), inexactOrUndefined(exactOrNull(0))]).toEqual([
    null,
    undefined,
    0,
  ]);
});
