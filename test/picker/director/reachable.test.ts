import { reachable } from '../../../lib/picker/director/reachable';
import { endpoints } from '../../support/picker/builders';

test('endpoints that refuse connections are left out, and the others keep their order', () => {
  const [a, b, c] = endpoints([{}, { unreachable: true }, { unreachable: false }]);

  expect(reachable([a!, b!, c!])).toEqual([a, c]);
});

test('all are kept where each refuses connections', () => {
  const all = endpoints([{ unreachable: true }, { unreachable: true }]);

  expect(reachable(all)).toBe(all);
});

test('nothing is copied where none refuses connections', () => {
  const all = endpoints([{}, {}]);

  expect(reachable(all)).toBe(all);
});
