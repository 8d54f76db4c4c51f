/** Time that a scorer of a team's own adds to a decision: in a thread of its own, and in that of the picker. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { loadCustomPlugins } from '../lib/picker/io/custom-plugins';
import { resolvePickerConfig } from '../lib/picker/scheduling/config/load-config';
import { Scheduler } from '../lib/picker/scheduling/scheduler';
import { endpoints, metrics, request } from '../test/support/picker/builders';

const DECISIONS = 2000;

const MODULE = `
const create = () => (_request, endpoint) => 1 / (1 + endpoint.load.requests);
exports.threaded = { kind: 'scorer', type: 'threaded', create, timeLimitMs: 1000 };
exports.direct = { kind: 'scorer', type: 'direct', create, isolate: false, timeLimitMs: 1000 };
`;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(folder, 'scorer.cjs');
  writeFileSync(file, MODULE);
  const plugins = loadCustomPlugins([file], () => performance.now());
  const types = ['threaded', 'direct'];
  const configs = types.map((type) =>
    resolvePickerConfig({ plugins: [{ type }] }, { customPlugins: plugins.factories }),
  );
  await plugins.start();
  console.log(`Node ${process.version}, ${DECISIONS} decisions\nscorer     pods  median us  p99 us  faults`);
  for (const [i, { profiles, handler }] of configs.entries()) {
    for (const pods of [8, 100, 1000]) {
      let faults = 0;
      const scheduler = new Scheduler({ profiles, handler, onFault: () => faults++ });
      const candidates = endpoints(Array.from({ length: pods }, () => ({ metrics: metrics() })));
      const times = Array.from({ length: DECISIONS }, (_, seed) => {
        const start = performance.now();
        scheduler.schedule(request(), candidates, { now: 1, seed });
        return (performance.now() - start) * 1000;
      }).sort((a, b) => a - b);
      const at = (part: number): string => (times[Math.floor(part * DECISIONS)] ?? NaN).toFixed(0);
      const cells = [(types[i] ?? '').padEnd(8), String(pods).padStart(6), at(0.5).padStart(9), at(0.99).padStart(6)];
      console.log([...cells, String(faults).padStart(6)].join('  '));
    }
  }
  await plugins.close();
  rmSync(folder, { recursive: true });
}

void main();
