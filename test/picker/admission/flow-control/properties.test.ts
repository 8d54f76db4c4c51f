import * as fc from 'fast-check';
import { BAND_DEFAULTS, EVICTION_DEFAULTS, type FairnessSettings } from '../../../../lib/picker/admission/settings';
import { door, type Sent, settled } from '../../../support/picker/door';

const FAIRNESS: readonly FairnessSettings[] = [
  { kind: 'global-strict' },
  { kind: 'round-robin' },
  { kind: 'least-attained-service', halfLifeMs: 60_000 },
];

type Step =
  | { readonly do: 'send'; readonly priority: number; readonly tenant: number; readonly bytes: number }
  | { readonly do: 'finish'; readonly which: number }
  | { readonly do: 'abort'; readonly which: number }
  | { readonly do: 'tick'; readonly ms: number }
  | { readonly do: 'pool'; readonly servers: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      priority: fc.integer({ min: -2, max: 2 }),
      tenant: fc.integer({ min: 0, max: 3 }),
      bytes: fc.integer({ min: 0, max: 40 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat(1000) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tick' as const), ms: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pool' as const), servers: fc.integer({ min: 0, max: 3 }) }) },
);

test.each(FAIRNESS)(
  'whatever happens, every request gets one verdict and no limit is passed ($kind)',
  async (fairness) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const band = { ...BAND_DEFAULTS, fairness, maxRequests: 4, maxBytes: 100 };
        const limits = { maxRequests: 8, maxBytes: 200, requestTtlMs: 100, noEndpointRequestTtlMs: 200 };
        const eviction = { ...EVICTION_DEFAULTS, enabled: true, confirmationGraceMs: 3 };
        const at = door({ servers: 2, capacity: 2, band, settings: { ...limits, eviction } });
        const spare = door({ servers: 3 }).pool;
        const sent: Sent[] = [];
        const done = new Set<Sent>();
        const end = (one: Sent | undefined): void => {
          if (one === undefined || done.has(one) || one.verdicts[0]?.kind !== 'admitted') return;
          done.add(one);
          one.finish();
        };
        for (const now of steps) {
          if (now.do === 'send') {
            const { priority, tenant, bytes } = now;
            sent.push(at.send({ priority, fairnessId: `tenant-${tenant}`, bodyBytes: bytes }));
          } else if (now.do === 'finish') end(sent[now.which % Math.max(1, sent.length)]);
          else if (now.do === 'abort') sent[now.which % Math.max(1, sent.length)]?.ticket.abort();
          else if (now.do === 'pool') at.pool.splice(0, 3, ...spare.slice(0, now.servers));
          else await at.tick(now.ms);
          await settled();

          expect(at.control.waiting).toBe(sent.filter(({ verdicts }) => verdicts.length === 0).length);
          expect(at.control.waiting).toBeLessThanOrEqual(8);
          expect(at.control.waitingBytes).toBeLessThanOrEqual(200);
          for (const { requests, bytes } of at.control.bands) {
            expect(requests).toBeLessThanOrEqual(4);
            expect(bytes).toBeLessThanOrEqual(100);
          }
        }
        at.control.close();
        await settled();

        expect(sent.map(({ verdicts }) => verdicts.length)).toEqual(sent.map(() => 1));
        expect(at.control.waiting).toBe(0);
        expect(at.control.waitingBytes).toBe(0);
        expect(sent.filter(({ ticket }) => ticket.evicted && ticket.request.priority >= 0)).toEqual([]);
      }),
      { seed: 20260801, numRuns: 150 },
    );
  },
);

/** Sends while the pool is full, then lets one request after the other go on; the ids in their order. */
async function drained(
  fairness: FairnessSettings,
  requests: readonly (readonly [priority: number, tenant: string])[],
): Promise<string[]> {
  const at = door({ band: { ...BAND_DEFAULTS, fairness } });
  let running = at.send({ id: 'first', priority: 9 });
  const sent = requests.map(([priority, fairnessId], i) =>
    at.send({ id: `${priority} ${fairnessId} ${i}`, priority, fairnessId }),
  );
  for (let i = 0; i < requests.length; i += 1) {
    running.finish();
    await at.tick();
    running = sent.find(({ ticket }) => ticket.request === at.wentOn.at(-1)) ?? running;
  }
  return at.wentOn.slice(1).map(({ id }) => id);
}

const queue = fc.array(fc.tuple(fc.integer({ min: -1, max: 1 }), fc.constantFrom('a', 'b', 'c')), { maxLength: 30 });

test.each(FAIRNESS)('priorities are strict, and nobody is left behind ($kind)', async (fairness) => {
  await fc.assert(
    fc.asyncProperty(queue, async (requests) => {
      const order = (await drained(fairness, requests)).map((id) => Number(id.split(' ')[0]));

      expect(order).toHaveLength(requests.length);
      expect(order).toEqual([...order].sort((a, b) => b - a));
    }),
    { seed: 20260801, numRuns: 60 },
  );
});

test.each(FAIRNESS)('within a flow the first to come is the first to go ($kind)', async (fairness) => {
  await fc.assert(
    fc.asyncProperty(queue, async (requests) => {
      const order = (await drained(fairness, requests)).map((id) => id.split(' '));
      for (const flow of new Set(order.map(([priority, tenant]) => `${priority ?? ''} ${tenant ?? ''}`))) {
        const places = order.filter(([p, t]) => `${p ?? ''} ${t ?? ''}` === flow).map(([, , at]) => Number(at));
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }
    }),
    { seed: 20260801, numRuns: 60 },
  );
});

test('round robin lets each flow pass at most once between two requests of another', async () => {
  await fc.assert(
    fc.asyncProperty(queue, async (requests) => {
      const order = (
        await drained(
          { kind: 'round-robin' },
          requests.map(([, tenant]) => [0, tenant]),
        )
      ).map((id) => id.split(' ')[1]);
      for (const tenant of ['a', 'b', 'c']) {
        const turns = order.flatMap((id, at) => (id === tenant ? [at] : []));
        turns.slice(1).forEach((at, i) => {
          const between = order.slice((turns[i] ?? 0) + 1, at);
          expect(new Set(between).size).toBe(between.length);
        });
      }
    }),
    { seed: 20260801, numRuns: 60 },
  );
});
