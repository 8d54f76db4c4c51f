import { allowedBySubset } from '../../../lib/picker/director/subset';
import { endpoint } from '../../support/picker/builders';

const POOL = [
  endpoint({ slot: 0, address: '10.0.0.1', port: 8000 }),
  endpoint({ slot: 1, address: '10.0.0.1', port: 8001 }),
  endpoint({ slot: 2, address: '10.0.0.2', port: 8000 }),
  endpoint({ slot: 3, address: 'fd00::1', port: 8000 }),
];

const allowed = (subset: readonly string[] | undefined): readonly number[] =>
  allowedBySubset(POOL, subset).map(({ slot }) => slot);

test('without a hint every endpoint is allowed, and nothing is copied', () => {
  expect(allowedBySubset(POOL, undefined)).toBe(POOL);
});

test.each([
  ['an address and a port mean one endpoint', ['10.0.0.1:8001'], [1]],
  ['an address alone means all ports', ['10.0.0.1'], [0, 1]],
  ['several entries add up, in the order of the pool', ['10.0.0.2:8000', '10.0.0.1:8000'], [0, 2]],
  ['an entry may be a list by itself', ['10.0.0.2, 10.0.0.1:8001'], [1, 2]],
  ['an IPv6 address with a port has brackets', ['[fd00::1]:8000'], [3]],
  ['an IPv6 address alone may have brackets', ['[fd00::1]'], [3]],
  ['an IPv6 address alone may have none', ['FD00::1'], [3]],
  ['an empty list allows nothing', [], []],
  ['what is no endpoint matches nothing', ['10.0.0.9', '10.0.0.1:9', 'pod-1', '', ' ', ':', '[]', '[fd00::1]:9'], []],
])('%s', (_rule, subset, slots) => {
  expect(allowed(subset)).toEqual(slots);
});
