import { defineFilter, defineScorer, filterWith, scoreWith } from 'gke-inference-gateway/picker';
import { FaultBreaker } from '../../../../lib/picker/scheduling/custom/fault-breaker';
import { InProcessRunner } from '../../../../lib/picker/scheduling/custom/runner';
import { viewContext, viewEndpoint, viewRequest } from '../../../../lib/picker/scheduling/custom/views';
import { endpoint, metrics, prompt, request, schedulingContext } from '../../../support/picker/builders';

const zone = defineScorer({
  type: 'zone-scorer',
  parameters: (reader) => ({ zone: reader.string('zone', 'a') }),
  create:
    ({ zone: wanted }) =>
    (_request, { labels }) =>
      labels['zone'] === wanted ? 2 : NaN,
});

describe('the test kit', () => {
  test('scores as the picker would, clamped', () => {
    const endpoints = [{ labels: { zone: 'a' } }, { labels: { zone: 'b' } }];

    expect(scoreWith(zone, { endpoints })).toEqual([1, 0]);
    expect(scoreWith(zone, { endpoints, parameters: { zone: 'b' } })).toEqual([0, 1]);
  });

  test('says what is wrong with parameters', () => {
    expect(() => scoreWith(zone, { endpoints: [], parameters: { zone: 1, zoom: 2 } })).toThrow(
      "zone-scorer: 2 invalid settings\n  - zone of plugin 'zone-scorer' is 1\n      why: it takes a text\n" +
        "      fix: use such a value, or leave it out for a\n  - plugin 'zone-scorer' has no parameter 'zoom'",
    );
  });

  test('filters, with what is left out filled in', () => {
    const idle = defineFilter({
      type: 'idle-filter',
      create:
        () =>
        (of, { load, metrics: seen }) =>
          of.priority > 0 || (load.requests === 0 && seen?.waiting === 0),
    });
    const endpoints = [{ metrics: {} }, { metrics: { waiting: 1 } }, { load: { requests: 1 }, metrics: {} }, {}];

    expect(filterWith(idle, { endpoints })).toEqual([{ metrics: {} }]);
    expect(filterWith(idle, { endpoints, request: { priority: 1 } })).toHaveLength(4);
  });
});

test('views are plain data that can be sent to another thread', () => {
  const given = request({ headers: new Map([['x-a', 'b']]), prompt: prompt([1, 2]), promptTokens: 128 });
  const context = schedulingContext({
    request: given,
    matched: [1],
    now: 30,
    picked: new Map([['decode', [endpoint()]]]),
  });
  const at = endpoint({ metrics: metrics({ at: 10, runningAdapters: new Set(['sql']) }), readyAt: 5 });
  const views = [viewRequest(given), viewEndpoint(at, context), viewContext(context)];

  expect(structuredClone(views)).toEqual(views);
  expect(views).toMatchObject([
    { headers: { 'x-a': 'b' }, promptTokens: 128 },
    { metrics: { ageMs: 20, runningAdapters: ['sql'] }, matchedBlocks: 1, uncachedTokens: 64, readyForMs: 25 },
    { now: 30, promptBlocks: 2, picked: { decode: ['pod-0-rank-0'] } },
  ]);
});

test('a plugin in the thread of the picker has no say when it took too long', () => {
  let now = 0;
  const slow = defineScorer({ type: 'slow', create: () => () => (now += 4) });
  const runner = new InProcessRunner(slow, undefined, 5, () => now);
  const ask = (count: number) => () =>
    runner.run({
      request: viewRequest(request()),
      endpoints: Array.from({ length: count }, () => viewEndpoint(endpoint(), schedulingContext())),
      context: viewContext(schedulingContext()),
    });

  expect(ask(1)()).toEqual([4]);
  expect(ask(2)).toThrow('took 8.0 ms of 5');
});

describe('a plugin that fails', () => {
  const isOff = (breaker: FaultBreaker, now: number): boolean => {
    try {
      breaker.check(now);
      return false;
    } catch {
      return true;
    }
  };

  test('twice stays on', () => {
    const breaker = new FaultBreaker();
    breaker.failed(0);
    breaker.failed(0);

    expect(isOff(breaker, 0)).toBe(false);
  });

  test('again after a pause is off for twice as long, up to five minutes', () => {
    const breaker = new FaultBreaker();
    const pauses: number[] = [];
    let now = 0;
    for (let i = 0; i < 3; i++) breaker.failed(now);
    for (let i = 0; i < 7; i++) {
      const start = now;
      while (isOff(breaker, now)) now += 1000;
      pauses.push((now - start) / 1000);
      breaker.failed(now);
    }

    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  test('and then works starts anew', () => {
    const breaker = new FaultBreaker();
    breaker.failed(0);
    breaker.failed(0);
    breaker.succeeded();
    breaker.failed(0);

    expect(isOff(breaker, 0)).toBe(false);
  });
});
