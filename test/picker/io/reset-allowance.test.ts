import { canLiftResetLimit, ResetAllowance } from '../../../lib/picker/io/reset-allowance';

test('a burst is allowed up to a tenth below what nghttp2 takes', () => {
  const allowance = new ResetAllowance(0);

  let taken = 0;
  while (allowance.take(0)) taken++;

  expect(taken).toBe(899);
});

test('33 a second are allowed for ever', () => {
  const allowance = new ResetAllowance(0);

  const results = Array.from({ length: 10_000 }, (_, i) => allowance.take((i * 1000) / 33));

  expect(results).not.toContain(false);
});

test('what is regained does not add up beyond the burst', () => {
  const allowance = new ResetAllowance(0);
  allowance.take(0);

  let taken = 0;
  while (allowance.take(1e9)) taken++;

  expect(taken).toBe(899);
});

test.each([
  ['v20.20.2', false],
  ['v22.9.0', false],
  ['v22.10.0', true],
  ['v24.0.0', true],
])('Node.js %s can lift the limit: %s', (version, expected) => {
  expect(canLiftResetLimit(version)).toBe(expected);
});
