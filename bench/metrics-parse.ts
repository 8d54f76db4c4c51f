/**
 * Time to read a page of a model server's metrics: what the picker does for each pod up to 20 times a second. Compared
 * with a parser that reads every line into name, labels and value, as the Go picker does.
 */
import { performance } from 'node:perf_hooks';
import { ENGINE_METRICS } from '../lib/core/engine-metrics';
import { EngineReader } from '../lib/picker/pool/engine-reader';
import { vllmPage } from '../test/support/picker/model-server-page';

const ROUNDS = 5;
const MIN_MS = 300;

function page(engines: number, size: 'small' | 'large'): Buffer {
  const text = vllmPage(
    {
      model: 'meta-llama/Llama-3.1-8B-Instruct',
      waiting: 3,
      running: 17,
      kvCacheUsage: 0.4321,
      blockSize: 16,
      blocks: 27_500,
      runningAdapters: ['sql', 'legal'],
      waitingAdapters: ['support'],
      maxAdapters: 4,
      finished: 12_345,
      size,
      oldNames: false,
    },
    engines,
  );
  return Buffer.from(text);
}

interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** Every sample of a page, as any client library would give them. */
function parseAll(text: string): readonly Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const brace = line.indexOf('{');
    const closing = line.lastIndexOf('}');
    const labels = new Map<string, string>();
    if (brace >= 0) {
      for (const [, name = '', value = ''] of line.slice(brace + 1, closing).matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
        labels.set(name, value);
      }
    }
    const name = brace < 0 ? line.slice(0, line.indexOf(' ')) : line.slice(0, brace);
    samples.push({ name, labels, value: Number(line.slice(Math.max(closing + 1, name.length)).trim()) });
  }
  return samples;
}

/** Microseconds of one call, the best of some rounds. */
function time(call: () => unknown): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let calls = 0;
    while (performance.now() - start < MIN_MS) {
      for (let i = 0; i < 10; i++) call();
      calls += 10;
    }
    best = Math.min(best, ((performance.now() - start) / calls) * 1000);
  }
  return best;
}

const vllm = ENGINE_METRICS['vllm'];
const reader = vllm === undefined ? undefined : EngineReader.of(vllm);
if (reader === undefined || 'what' in reader) throw new Error('vLLM has no reader');

console.log(`Node ${process.version}, best of ${ROUNDS} rounds`);
console.log('page KiB  lines  wanted only µs  full parse µs  ratio');
for (const made of [page(1, 'small'), page(1, 'large'), page(4, 'large'), page(8, 'large')]) {
  const read = time(() => reader.read(made, 0));
  const full = time(() => parseAll(made.toString()));
  const lines = made.toString().split('\n').length;
  const cells = [
    (made.length / 1024).toFixed(0).padStart(8),
    String(lines).padStart(5),
    read.toFixed(1).padStart(14),
    full.toFixed(0).padStart(13),
    `${(full / read).toFixed(0)}x`.padStart(5),
  ];
  console.log(cells.join('  '));
}
