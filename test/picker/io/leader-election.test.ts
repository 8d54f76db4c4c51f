import { KubeClient } from '../../../lib/picker/io/kube-client';
import { KubePaths } from '../../../lib/picker/io/kube-paths';
import { LeaderElection } from '../../../lib/picker/io/leader-election';
import { ApiServer } from '../../support/picker/api-server';
import { type FakeClock, fakeClock } from '../../support/picker/builders';

const LEASES = KubePaths.leases('ns');
const NAME = 'epp-ns-pool.llm-d.ai';

let api: ApiServer;
const candidates: Candidate[] = [];

beforeEach(async () => {
  api = await ApiServer.start();
  api.install(LEASES);
});

afterEach(async () => {
  api.release();
  for (const candidate of candidates.splice(0)) await candidate.stop();
  await api.close();
});

/** A replica whose pauses end when the test says so. */
class Candidate {
  public readonly events: string[] = [];
  public readonly pauses: number[] = [];
  readonly #election: LeaderElection;
  #wake: (() => void) | undefined;

  public constructor(
    identity: string,
    public readonly clock: FakeClock = fakeClock(),
  ) {
    this.#election = new LeaderElection({
      client: new KubeClient(api.access),
      namespace: 'ns',
      pool: 'pool',
      identity,
      clock,
      random: () => 0.5,
      sleep: (ms, signal) => {
        this.pauses.push(ms);
        return new Promise((resolve) => {
          const wake = (): void => {
            signal.removeEventListener('abort', wake);
            resolve();
          };
          this.#wake = wake;
          signal.addEventListener('abort', wake);
          if (signal.aborted) wake();
        });
      },
      observer: {
        leading: (leads) => this.events.push(leads ? 'leads' : 'leads no more'),
        failed: (reason) => this.events.push(reason),
      },
    });
    candidates.push(this);
  }

  public get leading(): boolean {
    return this.#election.leading;
  }

  /** Makes the first attempt, or lets time go by and makes the next. */
  public async attempt(afterMs = 0): Promise<void> {
    const before = this.pauses.length;
    this.clock.advance(afterMs);
    if (before === 0) this.#election.start();
    else this.#wake?.();
    while (this.pauses.length === before) await new Promise((resolve) => setImmediate(resolve));
  }

  public async stop(): Promise<void> {
    await this.#election.stop();
  }
}

const spec = (): Record<string, unknown> => api.get(LEASES, NAME)!['spec'] as Record<string, unknown>;

test('the first candidate makes the lease and leads', async () => {
  const a = new Candidate('a');
  await a.attempt();

  expect(a.leading).toBe(true);
  expect(a.events).toEqual(['leads']);
  expect(api.get(LEASES, NAME)).toMatchObject({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: NAME, namespace: 'ns' },
    spec: {
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
    },
  });
});

test('attempts are two seconds apart, and a little more at random', async () => {
  const a = new Candidate('a');
  await a.attempt();

  expect(a.pauses).toEqual([2200]);
});

test('the leader renews its lease and stays the one that took it', async () => {
  const a = new Candidate('a');
  await a.attempt();
  await a.attempt(2200);

  expect(spec()).toMatchObject({
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:02.200000Z',
    leaseTransitions: 0,
  });
  expect(a.events).toEqual(['leads']);
});

test('another waits while the lease changes', async () => {
  const a = new Candidate('a');
  const b = new Candidate('b');
  await a.attempt();
  for (let i = 0; i < 20; i++) {
    await a.attempt(2200);
    await b.attempt(2200);
  }

  expect([a.leading, b.leading]).toEqual([true, false]);
  expect(b.events).toEqual([]);
});

test('another leads after the lease did not change for its duration', async () => {
  const a = new Candidate('a');
  const b = new Candidate('b');
  await a.attempt();
  await b.attempt();
  await b.attempt(14_999);
  expect(b.leading).toBe(false);

  await b.attempt(1);

  expect(b.leading).toBe(true);
  expect(spec()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
});

test("a clock that is far off does not take another's lease too early", async () => {
  const a = new Candidate('a');
  const ahead = new Candidate('b', fakeClock(3_600_000));
  await a.attempt();
  await ahead.attempt();

  expect(ahead.leading).toBe(false);
});

test('a leader that cannot renew leads no more before another can', async () => {
  const a = new Candidate('a');
  await a.attempt();
  api.fail(`${LEASES}/${NAME}`, 'any', 500, 100);
  await a.attempt(9999);
  expect(a.leading).toBe(true);
  a.clock.advance(1);
  expect(a.leading).toBe(false);
  await a.attempt(2200);

  expect(a.events).toEqual([
    'leads',
    'status 500: told to fail with 500',
    'leads no more',
    'status 500: told to fail with 500',
  ]);
});

test('a leader that lost its lease says so at once', async () => {
  const a = new Candidate('a');
  await a.attempt();
  api.put(LEASES, { metadata: { name: NAME }, spec: { holderIdentity: 'b', leaseDurationSeconds: 15 } });
  await a.attempt(2200);

  expect(a.leading).toBe(false);
  expect(a.events).toEqual(['leads', 'leads no more']);
});

test('of two that want the lease at the same time one leads', async () => {
  const a = new Candidate('a');
  const b = new Candidate('b');
  api.put(LEASES, { metadata: { name: NAME }, spec: { holderIdentity: '' } });
  api.hold();
  const attempts = [a.attempt(), b.attempt()];
  await api.until(() => api.requests.length === 2);
  api.release();
  await Promise.all(attempts);

  expect([a.leading, b.leading].filter(Boolean)).toHaveLength(1);
});

test('the end of the leader frees the lease for the next attempt of another', async () => {
  const a = new Candidate('a');
  const b = new Candidate('b');
  await a.attempt();
  await b.attempt();
  await a.stop();
  expect(a.leading).toBe(false);
  expect(a.events).toEqual(['leads', 'leads no more']);
  expect(spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });

  await b.attempt(2200);

  expect(b.leading).toBe(true);
});

test('the end of one that waits does not touch the lease', async () => {
  const a = new Candidate('a');
  const b = new Candidate('b');
  await a.attempt();
  await b.attempt();
  await b.stop();

  expect(spec()).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15 });
});

test('a restarted leader of the same name goes on', async () => {
  const a = new Candidate('a');
  await a.attempt();
  const again = new Candidate('a');
  await again.attempt();

  expect(again.leading).toBe(true);
  expect(spec()).toMatchObject({ leaseTransitions: 0 });
});

test('rights that are missing are reported', async () => {
  api.fail(`${LEASES}/${NAME}`, 'any', 403);
  const a = new Candidate('a');
  await a.attempt();

  expect(a.events).toEqual(['status 403: told to fail with 403']);
});
