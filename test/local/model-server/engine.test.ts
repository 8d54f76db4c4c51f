import { Engine, type ServedRequest } from '../../../lib/local/model-server/engine';
import { ManualTiming } from '../../support/local/model-servers';
import { replicaSettings, simulatedRequest } from '../../support/simulator/builders';

interface Bench {
  readonly timing: ManualTiming;
  readonly engine: Engine;
  readonly log: string[];
  readonly ended: ServedRequest[];
  /** Sends a request whose progress is followed, or only its end. */
  readonly send: (id: number, outputTokens: number, follow?: boolean) => () => void;
}

function bench(speed = 1): Bench {
  const timing = new ManualTiming();
  const log: string[] = [];
  const ended: ServedRequest[] = [];
  const engine = new Engine({
    settings: replicaSettings(),
    timing,
    speed,
    observer: { ended: (served) => void ended.push(served) },
  });
  const send = (id: number, outputTokens: number, follow = true) =>
    engine.submit(simulatedRequest({ id, promptTokens: 32, outputTokens }), {
      ...(follow ? { progress: (tokens) => void log.push(`${id}: ${tokens} at ${timing.now()}`) } : {}),
      finished: (cached) => void log.push(`${id}: end at ${timing.now()}, ${cached} cached`),
      lost: () => void log.push(`${id}: lost at ${timing.now()}`),
    });
  return { timing, engine, log, ended, send };
}

test('tokens come when the steps of the replica end', () => {
  const { timing, log, send } = bench();

  send(1, 3);
  timing.pass(1000);

  // 10 + 32 for the prompt, then 10 + 1 a token.
  expect(log).toEqual(['1: 1 at 42', '1: 2 at 53', '1: 3 at 64', '1: end at 64, 0 cached']);
});

test('a speed of ten takes a tenth of the time', () => {
  const { timing, log, send } = bench(10);

  send(1, 1);
  timing.pass(1000);

  expect(log).toEqual(['1: 1 at 4.2', '1: end at 4.2, 0 cached']);
});

test('who wants the whole answer only costs one timer at its end', () => {
  const { timing, log, engine, send } = bench();

  send(1, 50, false);
  timing.pass(42);
  expect(engine.running).toBe(1);
  expect(timing.pending).toBe(1);
  timing.pass(10_000);

  expect(log).toEqual(['1: end at 581, 0 cached']);
  expect(timing.pending).toBe(0);
});

test('many streams share one timer', () => {
  const { timing, send } = bench();

  for (let id = 1; id <= 8; id++) send(id, 100);
  timing.pass(500);

  expect(timing.pending).toBe(1);
});

test('a request that comes while others decode joins at the end of the step under way', () => {
  const { timing, log, send } = bench();

  send(1, 100);
  timing.pass(60);
  send(2, 1);
  timing.pass(60);

  // The step under way ends at 64; then 10 + 1 + 32.
  expect(log).toContain('2: end at 107, 0 cached');
});

test('a given up request makes room and is told to nobody', () => {
  const { timing, log, ended, engine, send } = bench();

  const abort = send(1, 100);
  send(2, 2);
  timing.pass(200);
  const before = log.length;
  abort();
  timing.pass(5000);

  expect(log).toHaveLength(before);
  expect(engine.running).toBe(0);
  expect(engine.kvCacheUsage).toBe(0);
  expect(ended.map(({ request, outcome }) => `${request.id} ${outcome}`)).toEqual(['2 completed', '1 aborted']);
  expect(timing.pending).toBe(0);
});

test('giving up twice, or after the end, does nothing', () => {
  const { timing, ended, send } = bench();

  const abort = send(1, 1);
  timing.pass(100);
  abort();
  abort();

  expect(ended.map(({ outcome }) => outcome)).toEqual(['completed']);
});

test('an engine that stops loses what it was doing, and leaves no timer', () => {
  const { timing, log, ended, engine, send } = bench();

  send(1, 100, false);
  timing.pass(50);
  engine.stop();
  engine.stop();
  timing.pass(5000);

  expect(log).toEqual(['1: lost at 50']);
  expect(ended).toMatchObject([{ outcome: 'lost', firstTokenAt: 42 }]);
  expect(timing.pending).toBe(0);
});

test('after a pause of the process everything that was due comes at once', () => {
  const timing = new ManualTiming();
  const log: string[] = [];
  const engine = new Engine({ settings: replicaSettings(), timing: late(timing), speed: 1, observer: {} });
  engine.submit(simulatedRequest({ promptTokens: 32, outputTokens: 3 }), {
    progress: (tokens) => void log.push(`${tokens}`),
    finished: () => void log.push('end'),
    lost: () => undefined,
  });
  timing.pass(500);

  expect(log).toEqual(['3', 'end']);
});

/** Timers that come half a second late. */
function late(timing: ManualTiming): ManualTiming {
  return Object.assign(Object.create(timing) as ManualTiming, {
    now: () => timing.now(),
    after: (_ms: number, call: () => void) => timing.after(500, call),
  });
}
