import { CONTROL_HEADERS, PEER_HEADERS, REQUEST_ID_HEADER } from '../../lib/core/headers';
import { ModelRulesStore } from '../../lib/picker/pool/model-rules-store';
import { PoolState } from '../../lib/picker/pool/pool-state';
import { ByteBudget } from '../../lib/picker/protocol/byte-budget';
import { Exchange } from '../../lib/picker/protocol/exchange';
import { decodeProcessingRequest } from '../../lib/picker/protocol/requests';
import { ResponseEncoder } from '../../lib/picker/protocol/responses';
import { loadPickerConfig } from '../../lib/picker/scheduling/config/load-config';
import { InFlight } from '../../lib/picker/scheduling/in-flight';
import { createDecisionCore, type DecisionCore } from '../../lib/picker/server-director';
import { PickerMetrics } from '../../lib/picker/telemetry/picker-metrics';
import { fakeClock, metrics } from '../support/picker/builders';
import { bodyMessage, type HeaderPairs, headersMessage, trailersMessage } from '../support/picker/ext-proc-messages';
import { seededRandom } from '../support/picker/seeded-random';

/** Requests to each configuration; raise it with FUZZ_CASES. */
const CASES = Math.ceil(Number(process.env['FUZZ_CASES'] ?? 25_000) / 5);
const TIMEOUT_MS = 600_000;

const SCORERS = ['queue', 'kv-cache-utilization', 'prefix-cache', 'no-hit-lru', 'token-load', 'lora-affinity'];
const PLAIN = `
apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
${SCORERS.map((name) => `  - type: ${name}-scorer`).join('\n')}
  - type: session-affinity-scorer
    parameters: { strategy: session_id }
`;
const FLOW_CONTROL = 'featureGates: [flowControl]\nflowControl: { maxRequests: 3, defaultRequestTTL: 1s }\n';
const CONFIGS: readonly (readonly [name: string, config: string, statuses: readonly number[]])[] = [
  ['without flow control', PLAIN, [200, 412, 503]],
  ['with flow control', PLAIN + FLOW_CONTROL, [200, 412, 429, 503]],
];

const TEXTS = ['', '\0', '%', '1e999', '-1', '9'.repeat(400), 'x'.repeat(5000), '__proto__', '\uFFFF', 'if-available'];
const NUMBERS = ['1e999', '-0', '9'.repeat(400), '1E-999', '0.1', 'null', '-9007199254740993', 'true'];
const PATHS = ['/v1/completions', '/v1/chat/completions', '/v1/messages', '/v1/responses', '/v1/embeddings', '/else'];
const NAMES = [
  ...Object.values(CONTROL_HEADERS).flatMap(({ current, older }) => [current, older]),
  ...Object.values(PEER_HEADERS),
  ...[REQUEST_ID_HEADER, 'x-session-id', 'content-length', 'prefer', '__proto__', 'constructor', ':method'],
];

/** Chance, from a seed. */
class Dice {
  public readonly roll: () => number;

  public constructor(seed: number) {
    this.roll = seededRandom(seed);
  }

  public below(limit: number): number {
    return Math.floor(this.roll() * limit);
  }

  public one<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  public headers(): [string, string][] {
    const more = Array.from({ length: this.below(4) }, (): [string, string] => [this.one(NAMES), this.one(TEXTS)]);
    return [[':method', 'POST'], [':path', this.one(PATHS)], ...more];
  }

  /** A body as clients send them, or one that is cut off, has a byte changed, or is something else. */
  public body(): Buffer {
    const text = JSON.stringify(this.one(['hello', '\ud800', '"\\'.repeat(20), 'long '.repeat(200)]));
    const model = this.one(['"llama"', '"m"', JSON.stringify(this.one(TEXTS)), '"__proto__"', '7', 'null']);
    const whole = Buffer.from(
      `{"model":${model},"prompt":${text},"input":${text},"messages":[{"role":"user","content":${text}}],` +
        `"max_tokens":${this.one(NUMBERS)},"stream":${this.one(NUMBERS)},"cache_salt":${this.one(NUMBERS)},` +
        `"__proto__":{"x":${'['.repeat(this.below(600))}1}}`,
    );
    if (this.roll() < 0.3) return whole.subarray(0, this.below(whole.length));
    if (this.roll() < 0.3) whole[this.below(whole.length)] = this.below(256);
    if (this.roll() < 0.5) return Buffer.from(`{"model":${model},"prompt":${text},"input":${text},"messages":[]}`);
    return whole;
  }

  public answer(): Buffer {
    const usage = `"usage":{"prompt_tokens":${this.one(NUMBERS)},"completion_tokens":${this.one(NUMBERS)}}`;
    return Buffer.from(this.one(['', `{${usage}}`, `data: {${usage}}\n\n`, `data: {${usage.slice(0, 30)}`, '\0\xff']));
  }
}

interface Bench {
  readonly core: DecisionCore;
  readonly pool: PoolState;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly faults: unknown[];
  readonly budget: ByteBudget;
  readonly metrics: PickerMetrics;
  readonly open: () => Exchange;
}

/** Everything that decides in a picker, with three pods and no sockets. */
function bench(config: string, dice: Dice): Bench {
  const clock = fakeClock(1000);
  const inFlight = new InFlight();
  const pool = new PoolState({ name: 'pool', namespace: 'ns', clock, attach: () => inFlight.attach() });
  const faults: unknown[] = [];
  const shown = new PickerMetrics({ pool, clock, build: { commit: '', ref: '' }, stalenessMs: 2000 });
  const { calls, admission, decisions, endpoints } = shown;
  const requests = { ...shown.requests, fault: (_: string, error: unknown) => void faults.push(error) };
  const core = createDecisionCore({
    config: loadPickerConfig(config, 'config'),
    pool,
    inFlight,
    rules: new ModelRulesStore(),
    telemetry: { requests, calls, admission, decisions, endpoints, pluginFault: (fault) => void faults.push(fault) },
    traceHeaders: undefined,
    settings: {},
    clock,
    random: dice.roll,
    newRequestId: () => 'made',
  });
  pool.setSpec({ selector: undefined, targetPorts: [8000] });
  pool.replacePods([0, 1, 2].map(pod));
  const budget = new ByteBudget(2 ** 20);
  const allocate = (bytes: number): Uint8Array => new Uint8Array(bytes);
  const parts = { director: core.director, clock, encoder: new ResponseEncoder(allocate), allocate, budget };
  const onFault = (error: unknown): void => void faults.push(error);
  const output = { send: () => true, close: () => undefined };
  const open = (): Exchange => new Exchange({ ...parts, maxBodyBytes: 65_536, onFault }, output);
  return { core, pool, clock, faults, budget, metrics: shown, open };
}

function pod(i: number): Parameters<PoolState['upsertPod']>[0] {
  const facts = { labels: {}, ready: true, activePorts: undefined, ports: undefined };
  return { ...facts, name: `pod-${i}`, namespace: 'ns', uid: String(i), address: `10.0.0.${i}` };
}

/** The messages of a request and its answer, some of them missing. */
function messagesOf(dice: Dice): readonly Uint8Array[] {
  const metadata = { 'envoy.lb': { 'x-gateway-destination-endpoint-served': `10.0.0.${dice.below(4)}:8000` } };
  const status: HeaderPairs = [[':status', dice.one(['200', '500', '0', 'x', '99999999999'])], ...dice.headers()];
  const all = [
    headersMessage('request', dice.headers()),
    bodyMessage('request', dice.body(), true),
    headersMessage('response', status, { metadata }),
    bodyMessage('response', dice.answer(), false),
    dice.roll() < 0.5 ? bodyMessage('response', dice.answer(), true) : trailersMessage('response'),
  ];
  return dice.roll() < 0.5 ? all : all.slice(0, 1 + dice.below(all.length));
}

/** Changes that the world makes meanwhile. */
function meanwhile({ pool, clock, core }: Bench, dice: Dice): void {
  clock.advance(dice.below(20));
  core.admission.tick(clock.now());
  if (dice.roll() < 0.05) pool.removePod(`pod-${dice.below(3)}`);
  if (dice.roll() < 0.1) pool.upsertPod(pod(dice.below(3)));
  for (const endpoint of pool.endpoints) {
    const waiting = dice.one([0, 5, 1e308, undefined]);
    if (dice.roll() < 0.2) pool.reading(endpoint, metrics({ waiting, kvCacheUsage: dice.roll(), at: clock.now() }));
  }
}

test.each(CONFIGS)(
  'hostile headers, cut bodies and huge numbers break nothing and leave nothing behind %s',
  async (_, config, statuses) => {
    const dice = new Dice(9);
    const at = bench(config, dice);
    const open: { readonly exchange: Exchange; readonly left: Uint8Array[] }[] = [];

    for (let i = 0; i < CASES; i++) {
      meanwhile(at, dice);
      open.push({ exchange: at.open(), left: [...messagesOf(dice)] });
      // Several at a time, in turns.
      for (let turn = dice.below(8); turn >= 0 && open.length > 0; turn--) {
        const place = dice.below(open.length);
        const { exchange, left } = open[place]!;
        const next = left.shift();
        if (next !== undefined) exchange.receive(decodeProcessingRequest(next));
        else if (open.length > 6 || dice.roll() < 0.5) {
          exchange.cancelled();
          open.splice(place, 1);
        }
      }
      if (i % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { exchange } of open) exchange.cancelled();
    at.clock.advance(10_000);
    at.core.admission.tick(at.clock.now());
    await new Promise((resolve) => setImmediate(resolve));
    at.core.admission.close();

    expect(at.faults).toEqual([]);
    expect({ calls: at.core.calls.size, waiting: at.core.admission.waiting, held: at.budget.used }).toEqual({
      calls: 0,
      waiting: 0,
      held: 0,
    });
    for (const { load } of at.pool.endpoints) {
      expect(load).toMatchObject({ requests: 0, unseenRequests: 0, prefillTokens: 0, decodeTokens: 0 });
    }
    const decided = at.core.log.latest().map(({ refusal }) => refusal?.status ?? 200);
    expect(decided.filter((status) => status === 200).length).toBeGreaterThan(100);
    expect(new Set(decided)).toEqual(new Set(statuses));
    expect([...at.metrics.registry.pages(true)].join('').length).toBeLessThan(10e6);
  },
  TIMEOUT_MS,
);
