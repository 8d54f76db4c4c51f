import { decisionIds } from '../../../lib/picker/director/decision-id';
import { fakeClock, seededRandom } from '../../support/picker/builders';

test('ids have 16 characters that need no escaping anywhere', () => {
  const next = decisionIds(fakeClock(), seededRandom(1));

  expect(next()).toMatch(/^[0-9a-v]{16}$/);
});

test('ids ascend with time and within a millisecond', () => {
  const clock = fakeClock();
  const next = decisionIds(clock, seededRandom(1));
  const ids = Array.from({ length: 100_000 }, (_, i) => {
    if (i % 1000 === 0) clock.advance(1);
    return next();
  });

  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('more ids than a millisecond has room for borrow from the next', () => {
  const next = decisionIds(fakeClock(), seededRandom(1));
  const ids = Array.from({ length: 70_000 }, next);

  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});

test('a clock that is set back makes no id twice', () => {
  let wallTime = 1000;
  const next = decisionIds({ wallTime: () => wallTime }, seededRandom(1));
  const first = next();
  wallTime = 500;

  expect(next() > first).toBe(true);
});

test('two processes make different ids in the same millisecond', () => {
  expect(decisionIds(fakeClock(), seededRandom(1))()).not.toBe(decisionIds(fakeClock(), seededRandom(2))());
});
