import { ByteBudget } from '../../../lib/picker/protocol/byte-budget';

test('gives out what it has and no more', () => {
  const budget = new ByteBudget(10);

  expect([budget.take(6), budget.take(5), budget.take(4)]).toEqual([true, false, true]);
  expect(budget.used).toBe(10);
});

test('what is given back can be taken again', () => {
  const budget = new ByteBudget(10);
  budget.take(10);

  budget.give(3);

  expect([budget.take(4), budget.take(3)]).toEqual([false, true]);
});
