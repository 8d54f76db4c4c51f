import { experimental, facts, unchecked } from '../../../../lib/core/picker/plugins/plugin-facts';

test('a plugin has a kind and the parameters that it takes', () => {
  expect(facts('scorer', 'a', 'b')).toEqual({ kind: 'scorer', parameters: ['a', 'b'], experimental: false });
});

test('a plugin without parameters takes none', () => {
  expect(facts('filter').parameters).toEqual([]);
});

test('a plugin whose parameters are not known has none to check', () => {
  expect(unchecked('admitter')).toEqual({ kind: 'admitter', parameters: undefined, experimental: false });
});

test('an experimental plugin stays otherwise as it is', () => {
  expect(experimental(facts('picker', 'a'))).toEqual({ kind: 'picker', parameters: ['a'], experimental: true });
  expect(experimental(unchecked('filter'))).toEqual({ kind: 'filter', parameters: undefined, experimental: true });
});
