import { EVICTION_DEFAULTS, type EvictionSettings } from '../../../../lib/picker/admission/settings';
import { door, type TestDoor } from '../../../support/picker/door';

const evicting = (capacity: number, given: Partial<EvictionSettings> = {}): TestDoor =>
  door({
    capacity,
    settings: { eviction: { ...EVICTION_DEFAULTS, enabled: true, confirmationGraceMs: 10, ...given } },
  });

test('running sheddable requests end so that others can go on: the lowest first, of equals the newest', () => {
  const { send } = evicting(4);
  const running = [send({ priority: -1 }), send({ priority: -2 }), send({ priority: -2 }), send()];

  send();
  expect(running.map(({ ticket }) => ticket.evicted)).toEqual([false, false, true, false]);
});

test('no more end than wait, and no more than two at once', () => {
  const { send } = evicting(4);
  const running = [1, 2, 3, 4].map(() => send({ priority: -1 }));
  send({ priority: 1 });
  expect(running.filter(({ ticket }) => ticket.evicted)).toHaveLength(1);
});

test('the next ones end only when the end of the last shows', async () => {
  const { send, tick } = evicting(4);
  const running = [1, 2, 3, 4].map(() => send({ priority: -1 }));
  const evicted = (): number => running.filter(({ ticket }) => ticket.evicted).length;
  for (let i = 0; i < 9; i += 1) send();
  await tick(100);
  expect(evicted()).toBe(1);

  running.find(({ ticket }) => ticket.evicted)!.finish();
  await tick(9);
  expect(evicted()).toBe(1);
  await tick(1);
  expect(evicted()).toBe(3);
});

test('a request that does not end is waited for no longer than ten seconds', async () => {
  const { send, tick, events } = evicting(2);
  const running = [send({ priority: -1 }), send({ priority: -1 })];
  send();
  send();
  await tick(9999);
  expect(running.filter(({ ticket }) => ticket.evicted)).toHaveLength(1);
  await tick(1);

  expect(running.every(({ ticket }) => ticket.evicted)).toBe(true);
  expect(events).toContain('revocation timeout after 10000');
});

test('nothing ends for requests that are not above it', () => {
  const { send } = evicting(1);
  const running = send({ priority: -1 });
  send({ priority: -1 });
  send({ priority: -2 });

  expect(running.ticket.evicted).toBe(false);
});

test('nothing ends unless it is asked for', () => {
  const { send } = door();
  const running = send({ priority: -1 });
  send();

  expect(running.ticket.evicted).toBe(false);
});

test('a request that ended by itself is not ended again', () => {
  const { send } = evicting(2);
  const running = [send({ priority: -1 }), send()];
  running[0]!.finish();
  running[0]!.finish();
  send();
  send();

  expect(running[0]!.ticket.evicted).toBe(false);
});
