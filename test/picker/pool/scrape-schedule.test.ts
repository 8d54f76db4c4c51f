import * as fc from 'fast-check';
import { ScrapeSchedule, scrapeTimes } from '../../../lib/picker/pool/scrape-schedule';
import type { Endpoint } from '../../../lib/picker/scheduling/endpoint';
import { endpoint, endpoints, load, metrics, seededRandom, type TestEndpoint } from '../../support/picker/builders';

/** Random numbers of 0: no interval is shortened, except for the first. */
function scheduleOf(given: readonly Endpoint[], maxConcurrent = 100, random = () => 0): ScrapeSchedule {
  const schedule = new ScrapeSchedule({ times: scrapeTimes(50), maxConcurrent, random });
  for (const one of given) schedule.add(one);
  return schedule;
}

/** Reads an endpoint twice, so that its interval is a whole one. */
function settle(schedule: ScrapeSchedule, at: number): void {
  for (let round = 0; round < 2; round++) for (const one of schedule.due(at)) schedule.finished(one, true, at);
}

test('new endpoints are due at once', () => {
  const given = endpoints(3);

  expect(scheduleOf(given).due(0)).toEqual(given);
});

test('an endpoint that is being read is not due', () => {
  const schedule = scheduleOf(endpoints(1));
  schedule.due(0);

  expect(schedule.due(10_000)).toEqual([]);
  expect(schedule.nextAt(10_000)).toBe(Infinity);
});

test('an idle pool is read once a second', () => {
  const schedule = scheduleOf(endpoints(1));
  settle(schedule, 100);

  expect(schedule.nextAt(100)).toBe(1100);
  expect(schedule.due(1099)).toEqual([]);
  expect(schedule.due(1100)).toHaveLength(1);
});

test('an endpoint with requests of this picker is read at the fast interval', () => {
  const schedule = scheduleOf([endpoint({ load: load({ requests: 1 }) })]);
  settle(schedule, 100);

  expect(schedule.nextAt(100)).toBe(150);
});

test('an endpoint counts as busy for two seconds after its last request', () => {
  const schedule = scheduleOf([endpoint({ load: load({ lastPickedAt: 100 }) })]);
  settle(schedule, 100);

  expect(schedule.nextAt(2099)).toBe(150);
  expect(schedule.nextAt(2100)).toBe(1100);
});

test('others of a busy pool are read at twice the fast interval', () => {
  const idle = endpoint({ slot: 1 });
  const busy = endpoint({ slot: 0, load: load({ requests: 1 }) });
  const schedule = scheduleOf([busy, idle]);
  settle(schedule, 100);

  expect(schedule.due(150)).toEqual([busy]);
  expect(schedule.due(200)).toEqual([idle]);
});

test('a pool that works for another picker is a busy one', () => {
  const schedule = scheduleOf([endpoint({ metrics: metrics({ running: 2 }) })]);
  settle(schedule, 100);

  expect(schedule.nextAt(100)).toBe(200);
});

test('a request makes an endpoint due earlier than was planned', () => {
  const one: TestEndpoint = endpoint();
  const schedule = scheduleOf([one]);
  settle(schedule, 100);
  one.load = load({ requests: 1, lastPickedAt: 140 });

  expect(schedule.due(150)).toEqual([one]);
});

test('a failed reading is tried again soon, then ever later, at most every five seconds', () => {
  const [one] = endpoints(1);
  const schedule = scheduleOf([one!]);
  const waits: number[] = [];
  let now = 0;
  for (let i = 0; i < 8; i++) {
    expect(schedule.due(now)).toEqual([one]);
    schedule.finished(one!, false, now);
    waits.push(schedule.nextAt(now) - now);
    now = schedule.nextAt(now);
  }

  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

test('a success ends the back-off', () => {
  const [one] = endpoints(1);
  const schedule = scheduleOf([one!]);
  schedule.due(0);
  schedule.finished(one!, false, 0);
  schedule.due(100);
  schedule.finished(one!, true, 100);

  expect(schedule.nextAt(100)).toBe(1100);
});

test('no more are read at one time than may be, the most overdue first', () => {
  const [a, b, c, d] = endpoints(4);
  const schedule = scheduleOf([a!, b!, c!], 2);
  expect(schedule.due(0)).toEqual([a, b]);
  expect(schedule.full).toBe(true);
  schedule.finished(b!, true, 1000);

  expect(schedule.due(5000)).toEqual([c]);
  schedule.finished(a!, true, 5000);
  schedule.add(d!);
  expect(schedule.due(9000)).toEqual([d]);
});

test('failing endpoints take at most half of the readings at one time', () => {
  const given = endpoints(6);
  const schedule = scheduleOf(given, 4);
  for (let round = 0; round < 2; round++) {
    for (const one of schedule.due(0)) schedule.finished(one, false, 0);
  }

  expect(schedule.due(10_000)).toHaveLength(2);
});

test('an endpoint that is gone is not due', () => {
  const [a, b] = endpoints(2);
  const schedule = scheduleOf([a!, b!]);
  schedule.remove(a!);

  expect(schedule.due(0)).toEqual([b]);
});

test('a reading of an endpoint that is gone takes its place until it ends', () => {
  const [a, b] = endpoints(2);
  const schedule = scheduleOf([a!], 1);
  schedule.due(0);
  schedule.remove(a!);
  schedule.add(b!);
  expect(schedule.due(0)).toEqual([]);

  schedule.finished(a!, true, 0);

  expect(schedule.due(0)).toEqual([b]);
});

test('endpoints that came together go apart', () => {
  const given = endpoints(50);
  const schedule = scheduleOf(given, 100, seededRandom(1));
  for (const one of schedule.due(0)) schedule.finished(one, true, 0);

  const first = schedule.due(500).length;

  expect(first).toBeGreaterThan(15);
  expect(first).toBeLessThan(35);
});

test('whatever happens, nothing is read twice at a time, the cap holds, and everything is read in the end', () => {
  const step = fc.record({ advance: fc.nat(400), finish: fc.nat(3), ok: fc.boolean(), remove: fc.boolean() });

  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, cap) => {
      const live = new Set<Endpoint>(endpoints(6));
      const schedule = scheduleOf([...live], cap, seededRandom(3));
      const reading: Endpoint[] = [];
      let now = 0;
      for (const { advance, finish, ok, remove } of steps) {
        now += advance;
        for (const one of schedule.due(now)) {
          expect(reading).not.toContain(one);
          expect(live).toContain(one);
          reading.push(one);
        }
        expect(reading.length).toBeLessThanOrEqual(cap);
        for (const one of reading.splice(0, finish)) schedule.finished(one, ok, now);
        const [first] = live;
        if (remove && first !== undefined && live.size > 2) {
          live.delete(first);
          schedule.remove(first);
        }
      }
      for (const one of reading.splice(0)) schedule.finished(one, true, now);
      const seen = new Set<Endpoint>();
      for (let i = 0; i < 200; i++) {
        now += 100;
        for (const one of schedule.due(now)) {
          seen.add(one);
          schedule.finished(one, true, now);
        }
      }
      expect(seen).toEqual(live);
    }),
    { numRuns: 200, seed: 5 },
  );
});
