import type { Answer, Rig as RunningRig } from './rig';
import { Rig } from './rig';

const prompt = (text: string): object => ({ model: 'test-model', prompt: text, max_tokens: 2 });

/** Sends requests until told to stop, a few at a time, and keeps every answer. */
class Load {
  public readonly answers: Answer[] = [];
  public readonly errors: string[] = [];
  #on = true;
  readonly #workers: readonly Promise<void>[];

  public constructor(
    private readonly rig: RunningRig,
    workers = 4,
  ) {
    this.#workers = Array.from({ length: workers }, (_, i) => this.#work(i));
  }

  public async stop(): Promise<void> {
    this.#on = false;
    await Promise.all(this.#workers);
  }

  public statuses(): readonly number[] {
    return [...new Set(this.answers.map(({ status }) => status))];
  }

  async #work(worker: number): Promise<void> {
    for (let i = 0; this.#on; i++) {
      try {
        this.answers.push(await this.rig.complete(prompt(`worker ${worker} request ${i}`)));
      } catch (error) {
        this.errors.push(String(error));
      }
    }
  }
}

const loads: Load[] = [];

function startLoad(rig: RunningRig, workers?: number): Load {
  const load = new Load(rig, workers);
  loads.push(load);
  return load;
}

async function withRig(options: Parameters<typeof Rig.start>[0], use: (rig: Rig) => Promise<void>): Promise<void> {
  const rig = await Rig.start(options);
  try {
    await use(rig);
  } finally {
    await Promise.all(loads.splice(0).map((load) => load.stop()));
    await rig.stop();
  }
}

test('a sheddable request gets 429 with a reason while the pool is full, others pass', async () => {
  await withRig({ objectives: [{ name: 'batch', priority: -1 }] }, async (rig) => {
    for (const server of rig.servers) server.say({ waiting: 50, kvCacheUsage: 0.95 });
    await rig.metricsRead();

    const sheddable = await rig.complete(prompt('batch'), { 'x-gateway-inference-objective': 'batch' });
    const standard = await rig.complete(prompt('standard'));

    expect([sheddable.status, sheddable.headers['x-llm-d-request-dropped-reason']]).toEqual([
      429,
      'rejected-saturated',
    ]);
    expect(standard.status).toBe(200);
  });
}, 60_000);

test('without a ready pod the answer is 503 with a reason', async () => {
  await withRig({ empty: true }, async (rig) => {
    const answer = await rig.complete(prompt('nobody'));

    expect([answer.status, answer.headers['x-llm-d-request-dropped-reason']]).toEqual([503, 'rejected-no-endpoints']);
  });
}, 60_000);

test('killing a pod under load moves its traffic, and the fallback list loses no request', async () => {
  const config = [
    'apiVersion: llm-d.ai/v1alpha1',
    'kind: EndpointPickerConfig',
    'plugins:',
    '  - type: queue-scorer',
    '  - type: max-score-picker',
    '    parameters: { maxNumOfEndpoints: 3 }',
  ].join('\n');
  await withRig({ reach: 'override-host', config }, async (rig) => {
    const load = startLoad(rig);
    await rig.until(() => new Set(load.answers.map(({ pod }) => pod)).size === 3);
    const [victim] = rig.servers;
    await victim!.close();
    const others = rig.servers.slice(1);
    const before = load.answers.length;
    await rig.until(() => load.answers.length > before + 50);
    rig.setServers(others);
    await rig.until(async () => (await rig.readyEndpoints()) === 2);
    const moved = load.answers.length;
    await rig.until(() => load.answers.length > moved + 50);
    await load.stop();

    // Answers that the killed pod had begun are cut off with it; nothing that came later fails.
    expect(load.errors.length + load.answers.filter(({ status }) => status !== 200).length).toBeLessThanOrEqual(4);
    const last = load.answers.slice(-40);
    expect([...new Set(last.map(({ status }) => status))]).toEqual([200]);
    expect(new Set(last.map(({ pod }) => pod))).toEqual(new Set(others.map(({ name }) => name)));
  });
}, 90_000);

test('killing the picker keeps traffic flowing where the pool fails open', async () => {
  await withRig({ reach: 'override-host', failureMode: 'FailOpen' }, async (rig) => {
    expect((await rig.complete(prompt('before'))).status).toBe(200);
    await rig.picker.kill();
    await rig.pickerMissed();

    const pods = [];
    for (let i = 0; i < 6; i++) {
      const answer = await rig.complete(prompt(`after ${i}`));
      expect(answer.status).toBe(200);
      pods.push(answer.pod);
    }
    expect(new Set(pods).size).toBe(3);
  });
}, 60_000);

test('killing the picker gives 5xx where the pool fails closed', async () => {
  await withRig({ reach: 'override-host', failureMode: 'FailClose' }, async (rig) => {
    expect((await rig.complete(prompt('before'))).status).toBe(200);
    await rig.picker.kill();

    for (let i = 0; i < 3; i++) expect((await rig.complete(prompt(`after ${i}`))).status).toBeGreaterThanOrEqual(500);
  });
}, 60_000);

test('a restart of the picker under load loses no request that it had accepted', async () => {
  const slow = ['a', 'b', 'c'].map((name) => ({ name: `pod-${name}`, tokens: 3, firstTokenMs: 30, tokenMs: 20 }));
  const options = {
    servers: slow,
    reach: 'override-host',
    failureMode: 'FailOpen',
    pickerArgs: ['--drain-timeout=5s'],
  } as const;
  await withRig(options, async (rig) => {
    const load = startLoad(rig, 8);
    await rig.until(() => load.answers.length > 20);
    await rig.picker.terminate();
    const down = load.answers.length;
    await rig.until(() => load.answers.length > down + 20);
    await rig.picker.start();
    await rig.pickerSeen();
    const up = load.answers.length;
    await rig.until(() => load.answers.length > up + 20);
    await load.stop();

    expect(load.errors).toEqual([]);
    expect(load.statuses()).toEqual([200]);
    const received = rig.servers.reduce((sum, server) => sum + server.finished, 0);
    expect(received).toBe(load.answers.length);
  });
}, 120_000);
