import { Slots } from '../../../lib/picker/pool/slots';

test('the smallest free slot is taken', () => {
  const slots = new Slots();

  expect([slots.take(), slots.take(), slots.take()]).toEqual([0, 1, 2]);
  slots.release(2);
  slots.release(0);
  expect([slots.take(), slots.take(), slots.take()]).toEqual([0, 2, 3]);
});
