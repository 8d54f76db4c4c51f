import { performance } from 'node:perf_hooks';
import { PrefixIndex } from '../lib/picker/scheduling/prefix-index';
import { resolvePickerConfig } from '../lib/picker/scheduling/config/load-config';
import { metrics } from '../test/support/picker/builders';
import { bodyOf, head, route, testDirector, type TestDirector } from '../test/support/picker/director-parts';

/**
 * What a request costs the director with the default configuration: parse and hash the body, choose among the pods,
 * open the books; then the answer's headers, one event and the end. With and without a record of each decision.
 *
 * Run with: npx ts-node bench/director.ts
 */
const REQUESTS = 20_000;
const PROMPT_BYTES = [2_000, 50_000];
const PODS = [10, 100];
/** Different prompts that share all but their end. */
const PROMPTS = 64;

const ANSWER = new Map([
  [':status', '200'],
  ['content-type', 'text/event-stream'],
]);
const NOBODY = { rejected: nothing, routed: nothing, finished: nothing, fault: nothing };
const EVENT = new TextEncoder().encode('data: {"choices":[{"delta":{"content":"x"}}]}\n\n');

function nothing(): void {
  // The test's own observer would keep every call.
}

function director(pods: number, recorded: boolean): TestDirector {
  const { profiles, handler, plugins } = resolvePickerConfig();
  const pool = Array.from({ length: pods }, (_, i) => ({
    metrics: metrics({ waiting: i % 7, running: i % 5, kvCacheUsage: (i % 10) / 10, at: 1000 }),
  }));
  const parts = { observer: NOBODY };
  return testDirector({ pool, profiles, handler, plugins, prefixes: new PrefixIndex(), recorded, parts });
}

function measure(pods: number, bytes: number, recorded: boolean): void {
  const { director: asked, log } = director(pods, recorded);
  const bodies = Array.from({ length: PROMPTS }, (_, i) =>
    bodyOf({ model: 'llama', messages: [{ role: 'user', content: `${'system prompt '.repeat(bytes / 14)}${i}` }] }),
  );
  const from = head({ headers: { 'x-request-id': 'r1', 'content-type': 'application/json', accept: '*/*' } });
  const decisions: number[] = [];
  const answers: number[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const start = performance.now();
    const { exchange } = route(asked.direct(from, bodies[i % PROMPTS]));
    const decided = performance.now();
    exchange.headers(ANSWER, undefined);
    exchange.body(EVENT, false);
    exchange.end('completed');
    decisions.push(decided - start);
    answers.push(performance.now() - decided);
  }
  console.log(
    `${pods} pods, ${bytes} bytes, ${recorded ? 'recorded' : 'not recorded'}: decision ${quantiles(decisions)}, ` +
      `answer ${quantiles(answers)}, log ${(log.bytes / 2 ** 20).toFixed(1)} MiB`,
  );
}

function quantiles(times: readonly number[]): string {
  const sorted = times.slice(times.length / 4).sort((a, b) => a - b);
  const at = (part: number): string => ((sorted[Math.floor(sorted.length * part)] ?? 0) * 1000).toFixed(1);
  return `p50 ${at(0.5)} p99 ${at(0.99)} us`;
}

for (const pods of PODS) {
  for (const bytes of PROMPT_BYTES) {
    measure(pods, bytes, false);
    measure(pods, bytes, true);
  }
}
