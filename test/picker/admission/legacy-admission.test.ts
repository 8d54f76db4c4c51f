import { createAdmission } from '../../../lib/picker/admission/create-admission';
import { ADMISSION_DEFAULTS } from '../../../lib/picker/admission/settings';
import type { Admission } from '../../../lib/picker/admission/types';
import { endpoints, fakeClock, metrics } from '../../support/picker/builders';
import { ticket } from '../../support/picker/tickets';

function admission(): Admission {
  return createAdmission({ settings: ADMISSION_DEFAULTS, clock: fakeClock(), pool: () => [] });
}

const full = endpoints([{ metrics: metrics({ waiting: 5 }) }]);
const free = endpoints([{ metrics: metrics({ waiting: 4 }) }]);

test('a sheddable request is dropped while the pool is full', () => {
  expect(admission().admit(ticket(() => full, { priority: -1 }))).toMatchObject({
    status: 429,
    reason: 'rejected-saturated',
  });
});

test('a sheddable request goes on while the pool is not full', () => {
  expect(admission().admit(ticket(() => free, { priority: -1 }))).toMatchObject({ kind: 'admitted' });
});

test('all others go on, full or not', () => {
  expect(admission().admit(ticket(() => full))).toMatchObject({ kind: 'admitted' });
});

test('a pool without endpoints is left to scheduling, which answers 503', () => {
  expect(admission().admit(ticket(() => [], { priority: -1 }))).toMatchObject({ kind: 'admitted' });
});

test('nothing waits, and nothing goes on after the end', () => {
  const door = admission();
  door.tick(0);
  door.close();

  expect(door.waiting).toBe(0);
  expect(door.admit(ticket(() => free))).toMatchObject({ status: 503, reason: 'rejected-shutting-down' });
});
