import { loadTable } from '../../../lib/local/load/load-table';
import { runLoad } from '../../../lib/local/load/run-load';
import type { ChatRequest, LoadOptions, LoadProgress, SendChat } from '../../../lib/local/load/types';
import type { Timing } from '../../../lib/local/model-server/engine';
import { namedWorkload } from '../../../lib/simulator/workloads/catalog';

/** A clock whose timers run as soon as nobody has anything else to do. */
class SteppedTiming implements Timing {
  #now = 0;
  #timers: { readonly at: number; readonly call: () => void }[] = [];

  public now(): number {
    return this.#now;
  }

  public wallTime(): number {
    return this.#now;
  }

  public after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Runs timers in their order until a promise is settled. */
  public async until<T>(promise: Promise<T>): Promise<T> {
    const ended: true[] = [];
    const mark = (): void => void ended.push(true);
    promise.then(mark, mark);
    for (;;) {
      await new Promise(setImmediate);
      if (ended.length > 0) return promise;
      const [next] = this.#timers.toSorted((a, b) => a.at - b.at);
      if (next === undefined) throw new Error('nothing will happen any more');
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = next.at;
      next.call();
    }
  }
}

const MODELS = [
  { id: 'base', adapter: false, maxTokens: 100_000 },
  { id: 'first', adapter: true, maxTokens: undefined },
  { id: 'second', adapter: true, maxTokens: undefined },
];

interface Fake {
  readonly requests: ChatRequest[];
  readonly timing: SteppedTiming;
  readonly send: SendChat;
}

/** A server with a first token after 100 ms, and all after 300 ms. */
function fakeServer(failing: (index: number) => boolean = () => false): Fake {
  const requests: ChatRequest[] = [];
  const timing = new SteppedTiming();
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      timing.after(ms, resolve);
    });
  const send: SendChat = async (request, signal) => {
    requests.push(request);
    if (failing(requests.length)) return { kind: 'failure', reason: 'HTTP 503: busy' };
    await wait(100);
    const firstTokenAt = timing.now();
    await wait(200);
    signal.throwIfAborted();
    const outputTokens = request.maxTokens;
    return {
      kind: 'answer',
      text: `answer ${requests.length} `,
      firstTokenAt,
      finishedAt: timing.now(),
      promptTokens: 1000,
      outputTokens,
      cachedTokens: 400,
    };
  };
  return { requests, timing, send };
}

function options(fake: Fake, given: Partial<LoadOptions> = {}, workload = 'chat'): LoadOptions {
  return {
    name: 'fake',
    workload: namedWorkload(workload)!.make({ seed: 3, rate: 4, model: 'base' }),
    seconds: 30,
    send: fake.send,
    models: MODELS,
    objective: { ttftMs: 150, tpotMs: 100 },
    timing: fake.timing,
    signal: new AbortController().signal,
    ...given,
  };
}

test('counts requests and measures their times and cached tokens', async () => {
  const fake = fakeServer();
  const seen: LoadProgress[] = [];

  const { summary, failures } = await fake.timing.until(runLoad(options(fake), (progress) => seen.push(progress)));

  expect(summary.requests).toBe(fake.requests.length);
  expect(summary).toMatchObject({ policy: 'fake', workload: 'chat', lost: 0, goodPart: 1 });
  expect(summary.hitRatio).toBeCloseTo(0.4);
  expect(summary.ttft.p50).toBeCloseTo(100);
  expect(summary.e2e.p99).toBeCloseTo(300);
  expect(failures).toEqual([]);
  expect(seen.at(-1)).toMatchObject({ sent: summary.requests, completed: summary.requests, failed: 0 });
});

test('times are those of the servers where these are faster than real ones', async () => {
  const fake = fakeServer();

  const { summary } = await fake.timing.until(runLoad(options(fake, { speed: 10 })));

  expect(summary.ttft.p50).toBeCloseTo(1000);
  expect(fake.timing.now()).toBeLessThan(5000);
});

test('the same seed sends the same prompts', async () => {
  const [one, other] = [fakeServer(), fakeServer()];
  await one.timing.until(runLoad(options(one)));
  await other.timing.until(runLoad(options(other)));

  expect(one.requests).toEqual(other.requests);
});

test('a conversation goes on from the answers that came', async () => {
  const fake = fakeServer();

  await fake.timing.until(runLoad(options(fake)));

  const later = fake.requests.find(({ messages }) => messages.length === 3);
  expect(later?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  const first = fake.requests.find(({ messages }) => messages[0]?.content === later?.messages[0]?.content);
  expect(first?.messages).toHaveLength(1);
});

test('conversations share their system prompts as text', async () => {
  const fake = fakeServer();

  await fake.timing.until(runLoad(options(fake)));

  const openings = fake.requests
    .filter(({ messages }) => messages.length === 1)
    .map(({ messages }) => messages[0]!.content.slice(0, 7000));
  expect(new Set(openings).size).toBeLessThan(openings.length);
});

test('questions about a document do not have the answers to others in them', async () => {
  const fake = fakeServer();

  await fake.timing.until(runLoad(options(fake, {}, 'documents')));

  expect(fake.requests.every(({ messages }) => messages.length === 1)).toBe(true);
});

test('adapters of a workload are those that the endpoint has', async () => {
  const fake = fakeServer();

  await fake.timing.until(runLoad(options(fake, {}, 'lora')));

  expect(new Set(fake.requests.map(({ model }) => model))).toEqual(new Set(['first', 'second']));
});

test('sessions end where they outgrow the context', async () => {
  const fake = fakeServer();
  const models = [{ id: 'base', adapter: false, maxTokens: 2300 }];

  const { tooLong, summary } = await fake.timing.until(runLoad(options(fake, { models })));

  expect(tooLong).toBeGreaterThan(0);
  expect(summary.lost).toBe(0);
});

test('failures are counted by their reason, and the table tells them', async () => {
  const fake = fakeServer((index) => index <= 3);

  const result = await fake.timing.until(runLoad(options(fake)));

  expect(result.failures).toEqual([{ reason: 'HTTP 503: busy', count: 3 }]);
  expect(result.summary.lost).toBe(3);
  expect(loadTable([result])).toContain('fake: 3 failed: HTTP 503: busy');
});

test('a signal ends it at once, and what was measured stays', async () => {
  const fake = fakeServer();
  const stop = new AbortController();
  fake.timing.after(10_000, () => {
    stop.abort();
  });

  const result = await fake.timing.until(runLoad(options(fake, { signal: stop.signal })));

  expect(result.interrupted).toBe(true);
  expect(result.summary.completed).toBeGreaterThan(0);
  expect(result.summary.lost).toBe(0);
  expect(fake.timing.now()).toBeLessThan(11_000);
  expect(loadTable([result])).toContain('fake: interrupted; requests that were under way are not counted');
});

test('the table has no columns for what only servers know, and a dash for what they did not tell', async () => {
  const fake = fakeServer();
  const send: SendChat = async (request, signal) => ({
    ...(await fake.send(request, signal)),
    cachedTokens: undefined,
  });

  const table = loadTable([await fake.timing.until(runLoad(options(fake, { send })))]);

  expect(table.split('\n')[0]).toMatch(/^TARGET +TTFT MEAN +P50/);
  expect(table).not.toMatch(/GPU-H|PREEMPTED|NaN/);
});
