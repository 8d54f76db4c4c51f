import * as fc from 'fast-check';
import { forecastFirstToken } from '../../../lib/simulator/policies/forecast';
import type { SimulatedRequest } from '../../../lib/simulator/request';
import { branch, stream } from '../../../lib/simulator/tokens';
import { replicaSettings, SIMPLE_COST, simulatedRequest as request, watched } from '../../support/simulator/builders';

test('on an idle replica a request takes its steps', () => {
  const { replica } = watched();

  expect(forecastFirstToken(replica, request({ promptTokens: 150, outputTokens: 3 }), 0)).toBe(180);
});

test('a forecast changes nothing', () => {
  const { replica, send } = watched();
  send(request({ id: 1, outputTokens: 20 }), 0);
  const before = [replica.nextEventAt, replica.kv.used, replica.batch.running.length];

  forecastFirstToken(replica, request({ id: 2 }), 1);

  expect([replica.nextEventAt, replica.kv.used, replica.batch.running.length]).toEqual(before);
});

test('a request waits for what is under way and shares the step after it', () => {
  const { replica, send } = watched();
  send(request({ id: 1, promptTokens: 32, outputTokens: 2 }), 0);

  // 42; then 10 + 1 + 32 with the new prompt.
  expect(forecastFirstToken(replica, request({ id: 2, promptTokens: 32, outputTokens: 1 }), 2)).toBe(83);
});

const sizes = fc.record({
  gap: fc.integer({ min: 0, max: 150 }),
  promptTokens: fc.integer({ min: 65, max: 200 }),
  outputTokens: fc.integer({ min: 1, max: 50 }),
  stream: fc.integer({ min: 1, max: 4 }),
});

test('what it foretells is what happens when nothing else arrives and blocks suffice', () => {
  fc.assert(
    fc.property(
      fc.array(sizes, { minLength: 1, maxLength: 10 }),
      fc.constantFrom(SIMPLE_COST, { ...SIMPLE_COST, kvReadMsPerToken: 0.02, sequenceMs: 0.3 }),
      (given, cost) => {
        const { replica, send, work, log } = watched(replicaSettings({ cost, blocks: 1000 }));
        let at = 0;
        const requests = given.map(({ gap, stream: identity, ...rest }, id) => {
          at += gap;
          return { at, request: request({ id, ...rest, tokens: branch(stream(identity, 300), 64, 100 + id, 300) }) };
        });
        const last = requests.pop();
        if (last === undefined) return;
        for (const one of requests) send(one.request, one.at);
        while (replica.nextEventAt < last.at) replica.advance();
        const foretold = forecastFirstToken(replica, last.request, last.at);
        send(last.request, last.at);
        work();
        const happened = log.find((line) => line.startsWith(`${last.request.id} first`));
        expect(last.at + foretold).toBeCloseTo(Number(happened?.split(' ')[2]), 1);
      },
    ),
    { numRuns: 200, seed: 31 },
  );
});

test('what running requests share is held once: a prompt that shares it too needs only what is its own', () => {
  const { replica, send } = watched(replicaSettings({ blocks: 8, limits: { tokens: 200, sequences: 8 } }));
  const shared = stream(7, 64);
  const asking = (id: number): SimulatedRequest => {
    const tokens = branch(shared, 64, id, 90);
    return request({ id, promptTokens: 80, outputTokens: 10, tokens });
  };
  send(asking(1), 0);
  send(asking(2), 1);
  replica.advance();

  // Four shared blocks and two of each one's own are taken; the new prompt fits only because it shares the four.
  expect(forecastFirstToken(replica, asking(3), replica.nextEventAt)).toBeLessThan(60);
});

test('an adapter waits for a place in the batch, and for being loaded', () => {
  const adapters = { slots: 1, inMemory: 4, copyMs: 100, readMs: 500 };
  const { replica, send } = watched(replicaSettings({ adapters }));
  const asking = (id: number, model: string): SimulatedRequest => {
    return request({ id, model, adapter: true, promptTokens: 32, outputTokens: 2 });
  };
  send(asking(1, 'one'), 0);

  const another = forecastFirstToken(replica, asking(2, 'two'), 1);
  const same = forecastFirstToken(replica, asking(3, 'one'), 1);

  // The first request's steps take 42 + 500 and 11 ms; then the other adapter is read as well.
  expect(another).toBe(542 + 11 - 1 + 42 + 500);
  expect(same).toBe(542 - 1 + 10 + 1 + 32);
});

test('a time above the limit is not played to its end', () => {
  const { replica } = watched();
  const long = request({ promptTokens: 150, outputTokens: 3 });

  expect(forecastFirstToken(replica, long, 0, 100)).toBe(Infinity);
  expect(forecastFirstToken(replica, long, 0, 180)).toBe(180);
});
