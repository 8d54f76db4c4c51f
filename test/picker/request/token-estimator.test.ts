import * as fc from 'fast-check';
import { TokenEstimator } from '../../../lib/picker/request/token-estimator';

test('takes four bytes for a token as long as no answer says otherwise', () => {
  const estimator = new TokenEstimator();

  expect(estimator.bytesPerToken('m')).toBe(4);
  expect(estimator.tokens('m', 401)).toBe(101);
  expect(estimator.tokens('m', 0)).toBe(0);
});

test('comes near to what servers count', () => {
  const estimator = new TokenEstimator();
  for (let i = 0; i < 200; i++) estimator.learn('m', 2000, 800);

  expect(estimator.bytesPerToken('m')).toBeCloseTo(2.5, 1);
  expect(estimator.bytesPerToken('other')).toBe(4);
});

test('follows a change within some hundred answers', () => {
  const estimator = new TokenEstimator();
  for (let i = 0; i < 500; i++) estimator.learn('m', 2000, 1000);
  for (let i = 0; i < 500; i++) estimator.learn('m', 2000, 400);

  expect(estimator.bytesPerToken('m')).toBeCloseTo(5, 1);
});

test('stays within what tokens can be, whatever it is told', () => {
  const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -1, Infinity, NaN, 1e308));
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { maxLength: 50 }), (told) => {
      const estimator = new TokenEstimator();
      for (const [bytes, tokens] of told) estimator.learn('m', bytes, tokens);

      expect(estimator.bytesPerToken('m')).toBeGreaterThanOrEqual(1);
      expect(estimator.bytesPerToken('m')).toBeLessThanOrEqual(16);
    }),
    { seed: 1 },
  );
});

test('remembers a thousand models and forgets the first of more', () => {
  const estimator = new TokenEstimator();
  for (let i = 0; i <= 1024; i++) estimator.learn(`m${i}`, 100_000, 50_000);

  expect(estimator.bytesPerToken('m0')).toBe(4);
  expect(estimator.bytesPerToken('m1')).toBeLessThan(2.2);
});
