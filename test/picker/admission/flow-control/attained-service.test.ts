import { AttainedService } from '../../../../lib/picker/admission/flow-control/attained-service';
import { WaitingRequest } from '../../../../lib/picker/admission/flow-control/waiting-request';
import { ticket } from '../../../support/picker/tickets';

const HALF_LIFE = 60_000;

function flows(): {
  set: AttainedService;
  add: (tenant: string, tokens: number, now?: number) => void;
  take: (now?: number) => string;
} {
  const set = new AttainedService(HALF_LIFE);
  let sequence = 0;
  return {
    set,
    add(fairnessId, promptTokens, now = 0) {
      const at = ticket(() => [], { fairnessId, promptTokens, maxOutputTokens: 0 });
      set.add(new WaitingRequest(at, 0, ++sequence, now));
    },
    take(now = 0) {
      const head = set.head;
      if (head === undefined) return 'nobody';
      set.take(head, now);
      return head.ticket.request.fairnessId;
    },
  };
}

test('who sends large requests has fewer turns', () => {
  const { add, take } = flows();
  for (let i = 0; i < 4; i += 1) {
    add('large', 1000);
    add('small', 250);
  }

  expect(Array.from({ length: 6 }, () => take())).toEqual(['large', 'small', 'small', 'small', 'small', 'large']);
});

test('an output token counts for two, and a request without a limit for 256 of them', () => {
  const { set, add, take } = flows();
  const open = ticket(() => [], { fairnessId: 'open', promptTokens: 0 });
  set.add(new WaitingRequest(open, 0, 0, 0));
  set.add(new WaitingRequest(open, 0, 0, 0));
  add('other', 511);
  add('other', 1);

  expect([take(), take(), take(), take()]).toEqual(['open', 'other', 'other', 'open']);
});

test('half of what a flow was given is forgotten in a half-life', () => {
  const { add, take } = flows();
  add('old', 1000, 0);
  add('old', 1000, 0);
  add('new', 600, HALF_LIFE);
  add('new', 600, HALF_LIFE);
  take(0);

  expect([take(HALF_LIFE), take(HALF_LIFE)]).toEqual(['new', 'old']);
});

test('a new name starts where the least served of those who wait is, and behind it', () => {
  const { add, take } = flows();
  for (let i = 0; i < 5; i += 1) add('patient', 100);
  take();
  add('new-1', 100);
  expect([take(), take()]).toEqual(['patient', 'new-1']);
  add('new-2', 100);
  expect([take(), take()]).toEqual(['patient', 'new-2']);
});

test('after very long the numbers are scaled down and the order stays', () => {
  const { add, take } = flows();
  add('a', 1000);
  add('a', 1000);
  add('b', 10);
  add('b', 10);
  add('b', 10);
  take();
  take();
  const late = 300 * HALF_LIFE;

  expect([take(late), take(late), take(late)]).toEqual(['b', 'a', 'b']);
});

test('flows without requests are forgotten after a while', () => {
  const { set, add, take } = flows();
  add('a', 1);
  take(100);
  expect(set.flows).toBe(1);
  set.forgetIdle(99);
  expect(set.flows).toBe(1);
  set.forgetIdle(100);

  expect(set.flows).toBe(0);
});

test('no more than ten thousand names without requests are remembered', () => {
  const { set, add, take } = flows();
  for (let i = 0; i < 10_050; i += 1) {
    add(`tenant-${i}`, 1);
    take();
  }

  expect(set.flows).toBe(10_000);
});
