import * as fc from 'fast-check';
import type { Sequence } from '../../../lib/simulator/replica/sequence';
import { stream } from '../../../lib/simulator/tokens';
import { replicaSettings, SIMPLE_COST, simulatedRequest as request, watched } from '../../support/simulator/builders';

test('a single request: its prompt in one step, then a step a token', () => {
  const { log, send, work } = watched();

  send(request({ promptTokens: 32, outputTokens: 3 }), 0);
  work();

  // 10 + 32, then twice 10 + 1.
  expect(log).toEqual(['1 first 42', '1 end 64']);
});

test('a prompt longer than a step takes several', () => {
  const { log, send, work } = watched();

  send(request({ promptTokens: 150, outputTokens: 1 }), 0);
  work();

  // 64, 64 and 22 tokens.
  expect(log).toEqual(['1 first 180', '1 end 180']);
});

test('an arrival waits for the end of the step under way', () => {
  const { log, send, work } = watched();

  send(request({ id: 1, promptTokens: 32, outputTokens: 10 }), 0);
  send(request({ id: 2, promptTokens: 16, outputTokens: 1 }), 60);
  work();

  // 42 for the first prompt, decoding steps end at 53 and 64; then 10 + 16 + 1.
  expect(log.slice(0, 2)).toEqual(['1 first 42', '2 first 91']);
});

test('decoding goes on beside a prompt, which gets what is left of the step', () => {
  const { log, send, work } = watched();

  send(request({ id: 1, promptTokens: 20, outputTokens: 4 }), 0);
  send(request({ id: 2, promptTokens: 100, outputTokens: 1 }), 5);
  work();

  // 30; 10 + 1 + 63 = 104; 10 + 1 + 37 = 152; 10 + 1 = 163.
  expect(log).toEqual(['1 first 30', '2 first 152', '2 end 152', '1 end 163']);
});

test('what waits is admitted first come, first served', () => {
  const { log, send, work } = watched();

  for (const id of [1, 2, 3]) send(request({ id, promptTokens: 64, outputTokens: 1 }), id);
  work();

  expect(log.filter((line) => line.includes('first'))).toEqual(['1 first 75', '2 first 149', '3 first 223']);
});

test('the batch has at most so many sequences', () => {
  const { log, send, work } = watched(replicaSettings({ limits: { tokens: 64, sequences: 1 } }));

  send(request({ id: 1, promptTokens: 10, outputTokens: 2 }), 0);
  send(request({ id: 2, promptTokens: 10, outputTokens: 1 }), 0);
  work();

  expect(log).toEqual(['1 first 20', '1 end 31', '2 first 51', '2 end 51']);
});

test('a cached prefix is not computed again, except for the last block', () => {
  const { log, send, work } = watched();
  const tokens = stream(9, 200);
  send(request({ id: 1, promptTokens: 64, outputTokens: 1, tokens }), 0);
  work();

  const second = send(request({ id: 2, promptTokens: 64, outputTokens: 1, tokens }), 100);
  work();

  expect(second.cachedTokens).toBe(48);
  expect(log.at(-1)).toBe('2 end 126');
});

test('a prompt finds what another computes in the same step', () => {
  const { send, work } = watched();
  const tokens = stream(9, 200);

  send(request({ id: 0, promptTokens: 8, outputTokens: 1 }), 0);
  send(request({ id: 1, promptTokens: 40, outputTokens: 2, tokens }), 1);
  const second = send(request({ id: 2, promptTokens: 40, outputTokens: 2, tokens }), 2);
  work();

  expect(second.cachedTokens).toBe(32);
});

test('an answer is cached for the next turn', () => {
  const { send, work } = watched();
  const tokens = stream(9, 400);
  send(request({ id: 1, promptTokens: 32, outputTokens: 33, tokens }), 0);
  work();

  const second = send(request({ id: 2, promptTokens: 100, outputTokens: 1, tokens }), 1000);
  work();

  expect(second.cachedTokens).toBe(64);
});

test('a request waits until the cache has room for its whole prompt', () => {
  const { replica, send, work } = watched(replicaSettings({ blocks: 10 }));
  send(request({ id: 1, promptTokens: 100, outputTokens: 2 }), 0);
  send(request({ id: 2, promptTokens: 64, outputTokens: 2 }), 0);
  work(80);

  expect([replica.batch.running.length, replica.batch.waiting.length]).toEqual([1, 1]);
});

test('when blocks run out, the last one admitted starts over and finishes all the same', () => {
  const { replica, log, send, work } = watched(replicaSettings({ blocks: 8 }));

  send(request({ id: 1, promptTokens: 48, outputTokens: 40 }), 0);
  const second = send(request({ id: 2, promptTokens: 48, outputTokens: 40 }), 0);
  work();

  expect(replica.batch.preemptions).toBe(1);
  expect(second.preemptions).toBe(1);
  expect(log.map((line) => line.replace(/ [\d.]+$/, ''))).toEqual(['1 first', '2 first', '1 end', '2 end']);
});

test('a preempted sequence finds its own blocks again', () => {
  const { replica, send, work } = watched(replicaSettings({ blocks: 8 }));
  send(request({ id: 1, promptTokens: 48, outputTokens: 40 }), 0);
  send(request({ id: 2, promptTokens: 48, outputTokens: 40 }), 0);

  work();

  // Without its cached blocks it would compute at least 48 tokens more.
  expect(replica.computedTokens).toBeLessThan(2 * (48 + 39) + 48);
});

test('requests that can never fit are not accepted', () => {
  const { replica } = watched(replicaSettings({ blocks: 10, maxTokens: 200 }));

  expect([replica.accepts(150, 10), replica.accepts(150, 11), replica.accepts(10, 10)]).toEqual([true, false, true]);
});

test('a pace of two makes every step twice as long', () => {
  const { replica, log, send, work } = watched();
  replica.setPace(2, 0);

  send(request({ promptTokens: 32, outputTokens: 3 }), 0);
  work();

  expect(log).toEqual(['1 first 84', '1 end 128']);
});

test('a killed replica gives back what it had not finished', () => {
  const { replica, send } = watched(replicaSettings({ limits: { tokens: 64, sequences: 1 } }));
  send(request({ id: 1 }), 0);
  send(request({ id: 2 }), 0);

  const left = replica.kill(5);

  expect(left.map((one: Sequence) => one.request.id)).toEqual([1, 2]);
  expect(replica.nextEventAt).toBe(Infinity);
});

describe('adapters', () => {
  const adapters = { slots: 1, inMemory: 2, copyMs: 5, readMs: 100 };
  const settings = replicaSettings({ adapters });
  const forAdapter = (id: number, model: string): ReturnType<typeof request> =>
    request({ id, model, adapter: true, promptTokens: 10, outputTokens: 2 });

  test('the first use of an adapter waits for it to be read', () => {
    const { log, send, work } = watched(settings);

    send(forAdapter(1, 'a'), 0);
    work();

    expect(log[0]).toBe('1 first 120');
  });

  test('an adapter that is on the GPU costs nothing', () => {
    const { log, send, work } = watched(settings);
    send(forAdapter(1, 'a'), 0);
    work();

    send(forAdapter(2, 'a'), 1000);
    work();

    expect(log[2]).toBe('2 first 1020');
  });

  test('an adapter in main memory is copied', () => {
    const { log, send, work } = watched(settings);
    send(forAdapter(1, 'a'), 0);
    send(forAdapter(2, 'b'), 0);
    work();

    send(forAdapter(3, 'a'), 1000);
    work();

    expect(log.at(-2)).toBe('3 first 1025');
  });

  test('a request for an adapter without a slot lets those behind it pass', () => {
    const { log, send, work } = watched(settings);
    send(forAdapter(1, 'a'), 0);
    send(forAdapter(2, 'b'), 1);
    send(request({ id: 3, promptTokens: 10, outputTokens: 1 }), 2);
    work();

    expect(log.map((line) => line.replace(/ [\d.]+$/, ''))).toEqual([
      '1 first',
      '1 end',
      '3 first',
      '3 end',
      '2 first',
      '2 end',
    ]);
  });
});

/** Requests with what makes runs of steps long and short: arrivals, ends, and blocks that run out. */
const arrivals = fc.array(
  fc.record({
    gap: fc.double({ min: 0, max: 200, noNaN: true }),
    promptTokens: fc.integer({ min: 1, max: 120 }),
    outputTokens: fc.integer({ min: 1, max: 60 }),
    stream: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 12 },
);

const costs = fc.constantFrom(
  SIMPLE_COST,
  { ...SIMPLE_COST, kvReadMsPerToken: 0.01, sequenceMs: 0.5 },
  { ...SIMPLE_COST, kvReadMsPerToken: 0.01, windowedPart: 0.5, windowTokens: 60 },
);

test('steps taken together end when steps taken one by one do', () => {
  fc.assert(
    fc.property(arrivals, costs, fc.integer({ min: 16, max: 60 }), (given, cost, blocks) => {
      const settings = replicaSettings({ cost, blocks });
      const [together, single] = [watched(settings), watched(settings)];
      let at = 0;
      given.forEach(({ gap, stream: identity, ...sizes }, id) => {
        at += gap;
        const sent = request({ id, ...sizes, tokens: stream(identity, 200) });
        together.send(sent, at);
        // Reading its state at every moment must change nothing either.
        for (let t = single.replica.nextEventAt === Infinity ? at : at - gap; t < at; t += 7) {
          single.work(t);
          single.replica.settle(t);
        }
        single.send(sent, at);
      });
      together.work();
      while (single.replica.nextEventAt !== Infinity) {
        single.replica.settle(single.replica.nextEventAt - 3);
        single.replica.setPace(1, single.replica.nextEventAt - 3);
        single.replica.advance();
      }
      const [a, b] = [times(together.log), times(single.log)];
      expect(a.map(([name]) => name)).toEqual(b.map(([name]) => name));
      a.forEach(([, time], i) => {
        expect(time).toBeCloseTo(b[i]?.[1] ?? NaN, 1);
      });
      expect(together.replica.steps).toBe(single.replica.steps);
      expect(together.replica.computedTokens).toBe(single.replica.computedTokens);
      expect(together.replica.kv.available).toBe(blocks);
    }),
    { numRuns: 200, seed: 11 },
  );
});

function times(log: readonly string[]): readonly (readonly [string, number])[] {
  return log.map((line) => {
    const cut = line.lastIndexOf(' ');
    return [line.slice(0, cut), Number(line.slice(cut + 1))] as const;
  });
}

test('every token is computed once, unless it was cached or its sequence started over', () => {
  fc.assert(
    fc.property(arrivals, (given) => {
      const { replica, send, work } = watched();
      let at = 0;
      const sent = given.map(({ gap, stream: identity, ...sizes }, id) => {
        at += gap;
        return send(request({ id, ...sizes, tokens: stream(identity, 200) }), at);
      });
      work();
      const needed = sent.reduce(
        (sum, { request: { promptTokens, outputTokens }, cachedTokens }) =>
          sum + promptTokens + outputTokens - 1 - (cachedTokens ?? 0),
        0,
      );
      expect(replica.batch.preemptions).toBe(0);
      expect(replica.computedTokens).toBe(needed);
    }),
    { numRuns: 200, seed: 12 },
  );
});

test('a request that is given up while it runs ends with the step, and its blocks are free', () => {
  const { log, replica, send, work } = watched();

  const gone = send(request({ id: 1, promptTokens: 32, outputTokens: 50 }), 0);
  send(request({ id: 2, promptTokens: 16, outputTokens: 3 }), 0);
  work(70);
  replica.abort(gone, 70);
  work();

  // 42 and 27 for the prompts, 10 + 2 for the step under way, then 10 + 1.
  expect(log).toEqual(['1 first 42', '2 first 69', '2 end 92']);
  expect(replica.kv.used).toBe(0);
});

test('a request that is given up while it waits never runs', () => {
  const { log, replica, send, work } = watched(replicaSettings({ limits: { tokens: 64, sequences: 1 } }));

  send(request({ id: 1, promptTokens: 10, outputTokens: 2 }), 0);
  replica.abort(send(request({ id: 2, promptTokens: 10, outputTokens: 2 }), 1), 5);
  work();

  expect(log).toEqual(['1 first 20', '1 end 31']);
  expect(replica.batch.waiting).toHaveLength(0);
});

test('the last request that is given up leaves an idle replica that works on', () => {
  const { log, replica, send, work } = watched();

  replica.abort(send(request({ id: 1, promptTokens: 32, outputTokens: 50 }), 0), 5);
  work();
  expect(replica.nextEventAt).toBe(Infinity);
  send(request({ id: 2, promptTokens: 32, outputTokens: 1 }), 100);
  work();

  expect(log).toEqual(['2 first 142', '2 end 142']);
});
