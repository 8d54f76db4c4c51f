import { ConcurrencyDetector } from '../../../../lib/picker/admission/saturation/concurrency-detector';
import { CONCURRENCY_DEFAULTS, type ConcurrencySettings } from '../../../../lib/picker/admission/settings';
import { endpoint, endpoints, load } from '../../../support/picker/builders';

function detector(given: Partial<ConcurrencySettings> = {}): ConcurrencyDetector {
  return new ConcurrencyDetector({ ...CONCURRENCY_DEFAULTS, ...given });
}

const POOL = endpoints([
  { load: load({ requests: 50, prefillTokens: 900_000 }) },
  { load: load({ requests: 150, prefillTokens: 300_000 }) },
]);

test.each([
  ['requests', 1],
  ['tokens', 0.6],
  ['hybrid', (0.9 + 1.5) / 2],
] as const)('by %s the pool is full to %d', (concurrencyMode, expected) => {
  expect(detector({ concurrencyMode }).saturation(POOL)).toBeCloseTo(expected, 12);
});

test('a pool without endpoints is full', () => {
  expect(detector().saturation([])).toBe(1);
});

test.each([
  ['requests', 99, 5_000_000, 0, true],
  ['requests', 100, 0, 0, false],
  ['requests', 109, 0, 0.1, true],
  ['requests', 110, 0, 0.1, false],
  ['tokens', 500, 999_999, 0, true],
  ['tokens', 0, 1_000_000, 0, false],
  ['hybrid', 99, 1_000_000, 0, false],
  ['hybrid', 100, 0, 0, false],
] as const)(
  'by %s, %d requests and %d tokens with headroom %d: fits is %p',
  (concurrencyMode, requests, tokens, headroom, expected) => {
    const candidate = endpoint({ load: load({ requests, prefillTokens: tokens }) });

    expect(detector({ concurrencyMode, headroom }).fits(candidate)).toBe(expected);
  },
);

test('a filter that finds no room rejects the request', () => {
  expect(detector().whenNoneFits).toBe('none');
});

test('one request more raises the saturation by its part of the limit', () => {
  expect(detector().increment(2)).toBe(1 / 200);
});
