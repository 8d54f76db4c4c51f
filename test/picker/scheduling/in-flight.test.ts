import fc from 'fast-check';
import { type Call } from '../../../lib/picker/scheduling/call';
import { InFlight } from '../../../lib/picker/scheduling/in-flight';
import { InFlightCalls } from '../../../lib/picker/scheduling/in-flight-calls';
import { endpoint, request, type TestEndpoint } from '../../support/picker/builders';
import { call, target } from '../../support/picker/calls';

const inFlight = new InFlight();
const attached = (slot = 0): TestEndpoint => endpoint({ slot, load: inFlight.attach() });

const numbersOf = ({ load }: TestEndpoint) => ({
  requests: load.requests,
  unseenRequests: load.unseenRequests,
  prefillTokens: load.prefillTokens,
  decodeTokens: load.decodeTokens,
});

const NOTHING = { requests: 0, unseenRequests: 0, prefillTokens: 0, decodeTokens: 0 };

test('a request counts from its start to its release', () => {
  const at = attached();
  const entry = inFlight.start(target({ endpoint: at, uncachedTokens: 40 }), request({ promptTokens: 100 }), 5);

  expect(numbersOf(at)).toEqual({ requests: 1, unseenRequests: 1, prefillTokens: 40, decodeTokens: 0 });
  expect(at.load.lastPickedAt).toBe(5);
  entry.release();
  expect(numbersOf(at)).toEqual(NOTHING);
});

test('the first token turns the prompt into decoding, and more tokens add to it', () => {
  const at = attached();
  const entry = inFlight.start(target({ endpoint: at, uncachedTokens: 40 }), request({ promptTokens: 100 }), 5);

  entry.firstToken();
  entry.generated(3);

  expect(numbersOf(at)).toMatchObject({ prefillTokens: 0, decodeTokens: 103 });
});

test('what happens twice or after the release counts once', () => {
  const at = attached();
  const entry = inFlight.start(target({ endpoint: at, uncachedTokens: 40 }), request({ promptTokens: 100 }), 5);
  const other = inFlight.start(target({ endpoint: at, uncachedTokens: 7 }), request(), 5);

  entry.firstToken();
  entry.firstToken();
  for (let i = 0; i < 3; i++) entry.release();
  entry.firstToken();
  entry.generated(9);

  expect(numbersOf(at)).toEqual({ requests: 1, unseenRequests: 1, prefillTokens: 7, decodeTokens: 0 });
  other.release();
});

test('a reading knows what was routed until it was asked for', () => {
  const at = attached();
  for (const now of [10, 20, 30]) inFlight.start(target({ endpoint: at }), request(), now);

  inFlight.reading(at, 20);

  expect(at.load.unseenRequests).toBe(1);
});

test('a reading that comes late changes nothing', () => {
  const at = attached();
  inFlight.reading(at, 50);
  inFlight.start(target({ endpoint: at }), request(), 60);
  inFlight.reading(at, 40);

  expect(at.load.unseenRequests).toBe(1);
});

test.each([NaN, -5, Infinity])('%d tokens count as none', (uncachedTokens) => {
  const at = attached();
  inFlight.start(target({ endpoint: at, uncachedTokens }), request({ promptTokens: uncachedTokens }), 0).firstToken();

  expect(numbersOf(at)).toMatchObject({ prefillTokens: 0, decodeTokens: 0 });
});

test('an endpoint whose load is not from here is an error of the program', () => {
  expect(() => inFlight.start(target({ endpoint: endpoint() }), request(), 0)).toThrow(
    new TypeError('the load of endpoint pod-0-rank-0 was not made by InFlight.attach()'),
  );
});

describe('calls', () => {
  test('a pod that only prefills is done with the first token', () => {
    const [decoding, prefilling] = [attached(0), attached(1)];
    const primary = target({ profile: 'decode', endpoint: decoding, uncachedTokens: 8 });
    const prefill = target({ profile: 'prefill', endpoint: prefilling, uncachedTokens: 64 });
    const calls = new InFlightCalls(inFlight);
    const routed = call({ primary, targets: [primary, prefill], request: request({ promptTokens: 64 }) });

    calls.routed(routed, 0);
    expect([numbersOf(decoding).prefillTokens, numbersOf(prefilling).prefillTokens]).toEqual([8, 64]);
    calls.firstToken(routed);
    calls.generated(routed, 2);

    expect(numbersOf(prefilling)).toEqual(NOTHING);
    expect(numbersOf(decoding)).toMatchObject({ requests: 1, prefillTokens: 0, decodeTokens: 66 });
    calls.finished(routed);
    expect([numbersOf(decoding), calls.size]).toEqual([NOTHING, 0]);
  });

  test('a call that another endpoint served is charged there', () => {
    const [chosen, served] = [attached(0), attached(1)];
    const calls = new InFlightCalls(inFlight);
    const primary = target({ endpoint: chosen, uncachedTokens: 10 });
    const moving: { -readonly [K in keyof Call]: Call[K] } = call({ primary, targets: [primary] });
    calls.routed(moving, 0);

    moving.primary = target({ endpoint: served, uncachedTokens: 30 });
    calls.moved(moving, chosen, 1);

    expect(numbersOf(chosen)).toEqual(NOTHING);
    expect(numbersOf(served)).toMatchObject({ requests: 1, prefillTokens: 30 });
    calls.finished(moving);
    expect(numbersOf(served)).toEqual(NOTHING);
  });

  test('a call that was never routed changes nothing', () => {
    const at = attached();
    const calls = new InFlightCalls(inFlight);
    const unknown = call({ endpoint: at });

    calls.moved(unknown, at, 0);
    calls.firstToken(unknown);
    calls.generated(unknown, 1);
    calls.finished(unknown);

    expect(numbersOf(at)).toEqual(NOTHING);
  });
});

test('whatever happens in whatever order, numbers are never negative and end at nothing', () => {
  const step = fc.record({
    do: fc.constantFrom('route', 'first', 'generate', 'finish', 'read', 'move'),
    which: fc.nat(7),
    slot: fc.nat(2),
    tokens: fc.double({ min: -10, max: 1000 }),
  });
  const rule = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const pods = [attached(0), attached(1), attached(2)];
    const calls = new InFlightCalls(inFlight);
    const open: { -readonly [K in keyof Call]: Call[K] }[] = [];
    const actions = {
      route: ({ slot, tokens }: { slot: number; tokens: number }, now: number) => {
        const primary = target({ endpoint: pods[slot]!, uncachedTokens: tokens });
        const routed = call({ primary, targets: [primary], request: request({ promptTokens: tokens }) });
        open.push(routed);
        calls.routed(routed, now);
      },
      first: (of: Call) => {
        calls.firstToken(of);
      },
      generate: (of: Call, tokens: number) => {
        calls.generated(of, tokens);
      },
      finish: (of: Call) => {
        calls.finished(of);
      },
    };
    steps.forEach((given, now) => {
      const of = open[given.which % Math.max(1, open.length)];
      if (given.do === 'route') actions.route(given, now);
      else if (given.do === 'read') inFlight.reading(pods[given.slot]!, now - given.which);
      else if (of === undefined) return;
      else if (given.do === 'move') {
        const from = of.primary.endpoint;
        of.primary = target({ endpoint: pods[given.slot]!, uncachedTokens: given.tokens });
        calls.moved(of, from, now);
      } else if (given.do === 'generate') actions.generate(of, given.tokens);
      else actions[given.do](of);
      for (const pod of pods) {
        for (const value of Object.values(numbersOf(pod))) expect(value).toBeGreaterThanOrEqual(0);
        expect(pod.load.unseenRequests).toBeLessThanOrEqual(pod.load.requests);
      }
      expect(pods.reduce((sum, pod) => sum + pod.load.requests, 0)).toBe(calls.size);
    });
    for (const routed of open) calls.finished(routed);

    expect(pods.map(numbersOf)).toEqual([NOTHING, NOTHING, NOTHING]);
  });
  fc.assert(rule, { seed: 11, numRuns: 500 });
});
