import type { Decision } from '../../../lib/picker/director/decision';
import { DecisionLog } from '../../../lib/picker/director/decision-log';
import { prompt, request } from '../../support/picker/builders';

const decision = (id: string, given: Partial<Decision> = {}): Decision => ({
  id,
  wallTime: 0,
  request: request(),
  rule: undefined,
  ignored: [],
  waitedMs: 0,
  scheduling: undefined,
  refusal: undefined,
  call: undefined,
  ...given,
});
const refused = (id: string): Decision => decision(id, { refusal: { status: 429, message: '', reason: undefined } });
const ids = (log: DecisionLog): readonly string[] => log.latest().map(({ id }) => id);

test('the newest come first', () => {
  const log = new DecisionLog();
  for (const id of ['a', 'b', 'c']) log.add(decision(id));

  expect(ids(log)).toEqual(['c', 'b', 'a']);
});

test('the oldest go when there are too many', () => {
  const log = new DecisionLog({ capacity: 2 });
  for (const id of ['a', 'b', 'c', 'd', 'e']) log.add(decision(id));

  expect(ids(log)).toEqual(['e', 'd']);
});

test('refusals push out refusals only', () => {
  const log = new DecisionLog({ capacity: 2 });
  log.add(decision('a'));
  for (const id of ['b', 'c', 'd']) log.add(refused(id));

  expect(ids(log)).toEqual(['d', 'c', 'a']);
});

test('the oldest go when they are too large', () => {
  const log = new DecisionLog({ maxBytes: 50_000 });
  const large = request({ prompt: prompt(Array.from({ length: 2048 }, (_, i) => i)) });
  for (const id of ['a', 'b', 'c', 'd']) log.add(decision(id, { request: large }));

  expect(ids(log)).toEqual(['d', 'c']);
  expect(log.bytes).toBeLessThanOrEqual(50_000);
});

test('one that is larger than the log is not kept', () => {
  const log = new DecisionLog({ maxBytes: 100 });
  log.add(decision('a'));

  expect([ids(log), log.bytes]).toEqual([[], 0]);
});

test('a log without room keeps nothing', () => {
  const log = new DecisionLog({ capacity: 0 });
  log.add(decision('a'));

  expect([ids(log), log.bytes]).toEqual([[], 0]);
});

test('a decision is found by its id', () => {
  const log = new DecisionLog();
  const [a, b] = [decision('a'), refused('b')];
  log.add(a);
  log.add(b);

  expect([log.find('a'), log.find('b'), log.find('c')]).toEqual([a, b, undefined]);
});
