import fc from 'fast-check';
import { fingerprint } from '../../lib/core/hash';
import { holds } from './builders';

// The first half is plain FNV-1a of 32 bits; its test vectors are those of draft-eastlake-fnv, appendix C.
test.each([
  ['', '811c9dc5'],
  ['a', 'e40c292c'],
  ['foobar', 'bf9cf968'],
])("the fingerprint of '%s' begins with %s", (text, expected) => {
  expect(fingerprint(text).slice(0, 8)).toBe(expected);
});

test('fingerprints stay what they were, because they are part of manifests', () => {
  expect(fingerprint('a: 1\n')).toBe('05b79ead1d32eab7');
});

test('a fingerprint is 16 hexadecimal digits', () => {
  holds(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(fingerprint(text)).toMatch(/^[0-9a-f]{16}$/);
    }),
  );
});

test('short texts that differ have fingerprints that differ', () => {
  const short = fc.string({ unit: 'binary', maxLength: 12 });

  holds(
    fc.property(short, short, (a, b) => {
      expect(fingerprint(a) === fingerprint(b)).toBe(a === b);
    }),
    1000,
  );
});

test('the 65,536 texts of one code unit have as many fingerprints', () => {
  const all = Array.from({ length: 0x10000 }, (_, code) => fingerprint(String.fromCharCode(code)));

  expect(new Set(all).size).toBe(0x10000);
});
