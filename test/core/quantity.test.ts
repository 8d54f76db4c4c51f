import * as fc from 'fast-check';
import { formatBytes, parseBytes } from '../../lib/core/quantity';

test.each([
  ['0', 0],
  ['4194304', 4_194_304],
  ['4Mi', 4_194_304],
  ['4M', 4_000_000],
  ['1.5Ki', 1536],
  ['500k', 500_000],
  ['2Gi', 2 ** 31],
])('%s is %d bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(['', '4MB', '4MiB', '-1', 'Mi', '1e6', '0.3', '4 Mi', '99999999Ti', '1K', '500m'])(
  '%j is no size',
  (text) => {
    expect(parseBytes(text)).toBeUndefined();
  },
);

test.each([
  [0, '0'],
  [1500, '1500'],
  [1024, '1Ki'],
  [64 * 2 ** 20, '64Mi'],
])('%d bytes are written %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('what is written is read as the same size', () => {
  fc.assert(
    fc.property(fc.nat(), (bytes) => {
      expect(parseBytes(formatBytes(bytes))).toBe(bytes);
    }),
    { seed: 1 },
  );
});
