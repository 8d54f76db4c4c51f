/**
 * Time and memory of one decision with 8, 100 and 1,000 pods: the default profile, upstream's weights, and upstream's
 * strongest path, prefix affinity and token load. Prompts have 128 blocks; each pod knows the head of a few of them. The match of the prompt
 * with the prefix index is part of the decision, and so are the counts of requests in flight.
 */
import { performance } from 'node:perf_hooks';
import type { EndpointPickerConfig } from '../lib/core/picker/config';
import { defaultPickerConfig, plugin, upstreamDefaultConfig } from '../lib/core/picker/config';
import { resolvePickerConfig } from '../lib/picker/scheduling/config/load-config';
import type { Endpoint } from '../lib/picker/scheduling/endpoint';
import { InFlight } from '../lib/picker/scheduling/in-flight';
import { PrefixIndex } from '../lib/picker/scheduling/prefix-index';
import { Prng } from '../lib/picker/scheduling/prng';
import type { InferenceRequest } from '../lib/picker/scheduling/request';
import { Scheduler } from '../lib/picker/scheduling/scheduler';

const BLOCKS = 128;
const PROMPTS = 64;
const ROUNDS = 5;

const AFFINITY: EndpointPickerConfig = {
  plugins: [plugin('prefix-cache-affinity-filter'), plugin('token-load-scorer'), plugin('max-score-picker')],
};

const PROFILES: readonly (readonly [string, EndpointPickerConfig])[] = [
  ['default', defaultPickerConfig()],
  ['weights', upstreamDefaultConfig({ adapters: true })],
  ['affinity', AFFINITY],
];

const prng = new Prng();
prng.seed(1);

function makeEndpoint(slot: number, inFlight: InFlight): Endpoint {
  return {
    id: `pod-${slot}-rank-0`,
    slot,
    generation: slot + 1,
    podName: `pod-${slot}`,
    namespace: 'inference',
    address: `10.0.${slot >> 8}.${slot & 255}`,
    port: 8000,
    hostPort: `10.0.${slot >> 8}.${slot & 255}:8000`,
    labels: { app: 'vllm' },
    metrics: {
      waiting: Math.floor(prng.next() * 10),
      running: Math.floor(prng.next() * 64),
      kvCacheUsage: prng.next(),
      runningAdapters: new Set(),
      waitingAdapters: new Set(),
      maxAdapters: 4,
      blockSizeTokens: 16,
      blocks: 10_000,
      at: 0,
    },
    load: inFlight.attach(),
    readyAt: 0,
  };
}

function makeRequest(i: number): InferenceRequest {
  // Half of each prompt is common to all: a system prompt.
  const hashes = Float64Array.from({ length: BLOCKS }, (_, b) => (b < BLOCKS / 2 ? b + 1 : 1e6 * (i + 1) + b));
  return {
    id: `request-${i}`,
    incomingModel: 'llama',
    model: 'llama',
    priority: 0,
    fairnessId: 'default-flow',
    headers: new Map(),
    promptTokens: BLOCKS * 64,
    maxOutputTokens: undefined,
    prompt: { hashes, blockTokens: 64 },
    bodyBytes: BLOCKS * 256,
    streaming: true,
    objective: { ttftMs: undefined, tpotMs: undefined },
    receivedAt: 0,
  };
}

function microseconds(decide: (i: number) => void, count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) decide(i);
  return ((performance.now() - start) * 1000) / count;
}

/** Few decisions, so that no collection comes between them. */
function bytesPerDecision(decide: (i: number) => void): number {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 200; i++) decide(i);
  return (process.memoryUsage().heapUsed - before) / 200;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function bench(name: string, config: EndpointPickerConfig, pods: number): string {
  const inFlight = new InFlight();
  const prefixes = new PrefixIndex();
  const endpoints = Array.from({ length: pods }, (_, slot) => makeEndpoint(slot, inFlight));
  const requests = Array.from({ length: PROMPTS }, (_, i) => makeRequest(i));
  for (const endpoint of endpoints) {
    for (let i = 0; i < 3; i++) {
      const { prompt } = requests[Math.floor(prng.next() * PROMPTS)] ?? makeRequest(0);
      prefixes.add(endpoint.slot, prompt);
    }
  }
  const { profiles, handler } = resolvePickerConfig(config);
  const scheduler = new Scheduler({ profiles, handler, prefixes });
  const decide = (i: number): void => {
    const request = requests[i % PROMPTS] ?? makeRequest(0);
    const outcome = scheduler.schedule(request, endpoints, { now: 1, seed: i });
    if (outcome.kind !== 'scheduled') throw new Error(outcome.message);
    for (const target of scheduler.targets(outcome.picks)) inFlight.start(target, request, 1).release();
  };
  const count = Math.max(2000, Math.floor(200_000 / pods));
  for (let i = 0; i < count; i++) decide(i);
  const best = Math.min(...Array.from({ length: ROUNDS }, () => microseconds(decide, count)));
  const bytes = median(Array.from({ length: 9 }, () => bytesPerDecision(decide)));
  return [name.padEnd(9), String(pods).padStart(5), best.toFixed(2).padStart(9), bytes.toFixed(0).padStart(8)].join(
    '  ',
  );
}

console.log(`Node ${process.version}, best of ${ROUNDS} rounds; run with node --expose-gc for bytes`);
console.log('profile     pods  us/decision  bytes');
for (const [name, config] of PROFILES) for (const pods of [8, 100, 1000]) console.log(bench(name, config, pods));
