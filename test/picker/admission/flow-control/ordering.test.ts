import { sortKeyOf } from '../../../../lib/picker/admission/flow-control/ordering';
import { BAND_DEFAULTS, type OrderingPolicy } from '../../../../lib/picker/admission/settings';
import { request } from '../../../support/picker/builders';
import { door } from '../../../support/picker/door';

test('without a policy of its own a flow keeps the order of arrival', () => {
  expect(sortKeyOf('fcfs', request(), 5, 100)).toBe(sortKeyOf('fcfs', request(), 9, 100));
});

test('by deadline the time in the queue decides', () => {
  expect(sortKeyOf('edf', request(), 5, 100)).toBe(105);
  expect(sortKeyOf('edf', request(), 5, Infinity)).toBe(Infinity);
});

test('by objective the hoped-for first token decides', () => {
  const objective = { ttftMs: 40, tpotMs: undefined };

  expect(sortKeyOf('slo-deadline', request({ receivedAt: 7, objective }), 9, 100)).toBe(47);
  expect(sortKeyOf('slo-deadline', request({ receivedAt: 7 }), 9, 100)).toBe(Infinity);
});

test.each<[OrderingPolicy, string]>([
  ['fcfs', 'none slow quick'],
  ['slo-deadline', 'quick slow none'],
])('requests go on by %s', async (ordering, expected) => {
  const { send, tick, wentOn } = door({ capacity: 3, band: { ...BAND_DEFAULTS, ordering } });
  const running = [send(), send(), send()];
  send({ id: 'none' });
  send({ id: 'slow', objective: { ttftMs: 900, tpotMs: undefined } });
  send({ id: 'quick', objective: { ttftMs: 100, tpotMs: undefined } });
  for (const one of running) {
    one.finish();
    await tick();
  }

  expect(
    wentOn
      .slice(3)
      .map(({ id }) => id)
      .join(' '),
  ).toBe(expected);
});
