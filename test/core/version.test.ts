import fc from 'fast-check';
import { atLeast } from '../../lib/core/version';
import { holds } from './builders';

test.each([
  ['0.10.2', '0.10.2'],
  ['0.10.10', '0.10.2'],
  ['0.11.0', '0.10.2'],
  ['1.0', '0.99.99'],
  ['1.34.0-gke.1626000', '1.34'],
  ['1.34.0-gke.1626000', '1.34.0-gke.1626000'],
  ['1.34.1-gke.5', '1.34.0-gke.1626000'],
  ['1.34.0-gke.1626001', '1.34.0-gke.1626000'],
  ['1.34', '1.34.0'],
])('%s is at least %s', (version, minimum) => {
  expect(atLeast(version, minimum)).toBe(true);
});

test.each([
  ['0.9.9', '0.10.0'],
  ['0.10.1', '0.10.2'],
  ['1.33.9-gke.9999999', '1.34.0-gke.1626000'],
  ['1.34.0-gke.1625999', '1.34.0-gke.1626000'],
  ['1.34', '1.34.0-gke.1626000'],
])('%s is older than %s', (version, minimum) => {
  expect(atLeast(version, minimum)).toBe(false);
});

describe('the order of versions', () => {
  const version = fc
    .array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('.'));

  test('puts a version at least at itself', () => {
    holds(
      fc.property(version, (a) => {
        expect(atLeast(a, a)).toBe(true);
      }),
    );
  });

  test('puts any two versions into one order or the other', () => {
    holds(
      fc.property(version, version, (a, b) => {
        expect(atLeast(a, b) || atLeast(b, a)).toBe(true);
      }),
    );
  });

  test('puts two versions into both orders only when they differ in zeros at the end', () => {
    const trimmed = (text: string): string => text.replace(/(\.0)+$/, '');

    holds(
      fc.property(version, version, (a, b) => {
        expect(atLeast(a, b) && atLeast(b, a)).toBe(trimmed(a) === trimmed(b));
      }),
      1000,
    );
  });

  test('is transitive', () => {
    holds(
      fc.property(version, version, version, (a, b, c) => {
        if (atLeast(a, b) && atLeast(b, c)) expect(atLeast(a, c)).toBe(true);
      }),
      1000,
    );
  });
});
