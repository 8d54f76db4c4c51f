import { performance } from 'node:perf_hooks';
import { FlowControl } from '../lib/picker/admission/flow-control/flow-control';
import { NO_ADMISSION_OBSERVER } from '../lib/picker/admission/observer';
import { UtilizationDetector } from '../lib/picker/admission/saturation/utilization-detector';
import {
  BAND_DEFAULTS,
  type FairnessSettings,
  FLOW_CONTROL_DEFAULTS,
  UTILIZATION_DEFAULTS,
} from '../lib/picker/admission/settings';
import type { Endpoint } from '../lib/picker/scheduling/endpoint';
import { endpoints, metrics, request } from '../test/support/picker/builders';

/**
 * What flow control costs a request: one that goes on at once, and one that waits among thousands of others from a
 * hundred tenants.
 *
 * Run with: npx ts-node bench/admission.ts
 */
const REQUESTS = 200_000;
const WAITING = 5000;
const ROUNDS = 20;
const TENANTS = 100;
/** Requests that an endpoint takes: all that wait find room at once. */
const ROOM = 1e6;

const clock = { now: () => performance.now() };
const { signal } = new AbortController();

function control(pool: readonly Endpoint[], fairness: FairnessSettings): FlowControl {
  return new FlowControl({
    settings: { ...FLOW_CONTROL_DEFAULTS, defaultBand: { ...BAND_DEFAULTS, fairness } },
    detector: new UtilizationDetector({ ...UTILIZATION_DEFAULTS, queueDepthThreshold: ROOM }),
    clock,
    pool: () => pool,
    observer: NO_ADMISSION_OBSERVER,
  });
}

function report(what: string, milliseconds: number, requests: number): void {
  process.stdout.write(`${what.padEnd(56)} ${((milliseconds * 1e6) / requests).toFixed(0).padStart(6)} ns a request\n`);
}

function atOnce(count: number): void {
  const pool = endpoints(count);
  for (const endpoint of pool) endpoint.metrics = metrics({ at: Infinity });
  const at = control(pool, { kind: 'global-strict' });
  const ticket = { request: request(), candidates: () => pool, signal, evict: () => undefined };
  for (let i = 0; i < REQUESTS / 4; i += 1) void at.admit(ticket);
  const start = performance.now();
  for (let i = 0; i < REQUESTS; i += 1) void at.admit(ticket);
  report(`goes on at once, ${count} endpoints`, performance.now() - start, REQUESTS);
}

async function waits(fairness: FairnessSettings): Promise<void> {
  const pool = endpoints(8);
  const at = control(pool, fairness);
  const busy = metrics({ waiting: ROOM, at: Infinity });
  const idle = metrics({ at: Infinity });
  const tickets = Array.from({ length: WAITING }, (_, i) => ({
    request: request({ fairnessId: `tenant-${i % TENANTS}`, promptTokens: i }),
    candidates: () => pool,
    signal: new AbortController().signal,
    evict: () => undefined,
  }));
  let spent = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const endpoint of pool) endpoint.metrics = busy;
    const start = performance.now();
    const verdicts = tickets.map(async (ticket) => at.admit(ticket));
    for (const endpoint of pool) endpoint.metrics = idle;
    at.tick(clock.now());
    await Promise.all(verdicts);
    spent += performance.now() - start;
  }
  report(`waits among ${WAITING}, ${fairness.kind}`, spent, WAITING * ROUNDS);
}

async function main(): Promise<void> {
  for (const count of [8, 100, 1000]) atOnce(count);
  await waits({ kind: 'global-strict' });
  await waits({ kind: 'round-robin' });
  await waits({ kind: 'least-attained-service', halfLifeMs: 60_000 });
}

void main();
