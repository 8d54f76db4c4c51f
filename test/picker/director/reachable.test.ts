import { leftOut, reachable } from '../../../lib/picker/director/reachable';
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

test('those that were left out are known later too', () => {
  const [a, b, c] = endpoints([{}, { unreachable: true }, { unreachable: true }]);
  const given = [a!, b!, c!];
  const kept = reachable(given);
  for (const endpoint of given) Object.assign(endpoint, { unreachable: endpoint === a });

  expect(leftOut(given, kept)).toEqual([b, c]);
});

test('none was left out where all are kept', () => {
  const all = endpoints([{ unreachable: true }, { unreachable: true }]);

  expect(leftOut(all, reachable(all))).toEqual([]);
});
