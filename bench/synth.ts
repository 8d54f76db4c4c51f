/**
 * Time to synthesize 1, 10 and 100 stacks, each a ServedModel with adapters, monitoring, autoscaling and its route: all
 * in one chart, and each in a chart of its own. cdk8s validates the whole app again for every chart, so many charts
 * cost more than many stacks.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { App, Chart } from 'cdk8s';
import { Accelerator, InferenceGateway, ServedModel } from 'gke-inference-gateway';

const ROUNDS = 3;

type Layout = 'one chart' | 'a chart each';

function synthesize(stacks: number, layout: Layout): number {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  const start = performance.now();
  const app = new App({ outdir });
  const shared = new Chart(app, 'all', { namespace: 'inference' });
  for (let i = 0; i < stacks; i++) {
    const chart = layout === 'one chart' ? shared : new Chart(app, `stack-${i}`, { namespace: `team-${i}` });
    const model = new ServedModel(chart, `gemma-${i}`, {
      model: 'google/gemma-3-12b-it',
      accelerator: Accelerator.NVIDIA_L4,
      gpuCount: 2,
      maxModelLength: 32_768,
      huggingFaceToken: { secretName: 'hf-token', key: 'token' },
      adapters: [{ name: `code-${i}`, source: 'acme/code' }],
      autoscaling: { maxReplicas: 8 },
      picker: { image: 'registry.example.com/endpoint-picker:1.0.0' },
    });
    new InferenceGateway(chart, `gateway-${i}`).addRoute(model);
  }
  app.synth();
  const elapsed = performance.now() - start;
  rmSync(outdir, { recursive: true });
  return elapsed;
}

for (const layout of ['one chart', 'a chart each'] as const) synthesize(10, layout);
console.log(`Node ${process.version}, best of ${ROUNDS} rounds, files written included`);
console.log('layout        stacks      ms  ms per stack');
for (const layout of ['one chart', 'a chart each'] as const) {
  for (const stacks of [1, 10, 100]) {
    const best = Math.min(...Array.from({ length: ROUNDS }, () => synthesize(stacks, layout)));
    const cells = [layout.padEnd(12), String(stacks).padStart(6), best.toFixed(0).padStart(6)];
    console.log([...cells, (best / stacks).toFixed(1).padStart(12)].join('  '));
  }
}
