import type { Admission, AdmissionTicket, AdmissionVerdict } from '../../lib/picker/admission/types';
import { TickingAdmission } from '../../lib/picker/server-admission';

const ADMITTED: AdmissionVerdict = { kind: 'admitted', release: () => undefined };
// Nothing of the ticket is looked at here.
const TICKET = {} as AdmissionTicket;

/** Lets requests wait until somebody sets `waiting` to 0. */
function door() {
  const inner = {
    waiting: 0,
    ticks: [] as number[],
    closed: false,
    verdict: ADMITTED as AdmissionVerdict | Promise<AdmissionVerdict>,
  };
  const admission: Admission = {
    get waiting() {
      return inner.waiting;
    },
    admit: () => inner.verdict,
    tick: (now) => inner.ticks.push(now),
    close: () => (inner.closed = true),
  };
  return { inner, ticking: new TickingAdmission(admission, { now: () => 7 }) };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('nothing ticks while nothing waits', () => {
  const { inner, ticking } = door();

  expect(ticking.admit(TICKET)).toBe(ADMITTED);
  jest.advanceTimersByTime(100);

  expect(inner.ticks).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
});

test('ticks every millisecond while something waits, and stops with the last', () => {
  const { inner, ticking } = door();
  inner.verdict = new Promise(() => undefined);
  inner.waiting = 2;

  void ticking.admit(TICKET);
  void ticking.admit(TICKET);
  expect(ticking.waiting).toBe(2);
  jest.advanceTimersByTime(3);
  expect(inner.ticks).toEqual([7, 7, 7]);
  inner.waiting = 0;
  jest.advanceTimersByTime(10);

  expect(inner.ticks).toHaveLength(4);
  expect(jest.getTimerCount()).toBe(0);
});

test('closing ends the ticking', () => {
  const { inner, ticking } = door();
  inner.verdict = new Promise(() => undefined);
  inner.waiting = 1;
  void ticking.admit(TICKET);

  ticking.close();

  expect(inner.closed).toBe(true);
  expect(jest.getTimerCount()).toBe(0);
});
