/**
 * Compares routing policies on simulated servers and writes the tables of docs/routing.md.
 *
 *   ts-node bench/routing.ts              everything; goes on where it was interrupted
 *   ts-node bench/routing.ts --quick      half a minute's worth, fails when an order is wrong that must hold
 *   ts-node bench/routing.ts --write      puts the tables into docs/routing.md and docs/routing-results.md
 *   --workers N, --workloads a,b, --policies a,b, --replicas 8,4,32 (the first for all loads), --no-troubles
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { type Cell, keyOf } from './routing/cells';
import { capacityCells, FULL, type Matrix, playCells, QUICK } from './routing/matrix';
import { type Answer, runInWorkers } from './routing/pool';
import { RoutingReport } from './routing/report';
import { Results } from './routing/results';
import { hasTrace, runCell, TRACE_FILE } from './routing/run-cell';

const ROOT = join(__dirname, '..');
const DOCS = join(ROOT, 'docs/routing.md');
const DETAILS = join(ROOT, 'docs/routing-results.md');
const DETAILS_HEAD = `# Routing: all results

The runs of the first seed that \`npm run bench:routing -- --write\` made, but for those in which something is wrong; [routing.md](routing.md) says what was played, and
compares. Times in ms; \`cached\` is the part of prompt tokens that came from a cache, \`good\` the part of requests within the
objective (first token within 2 s, 100 ms a token), \`lost\` counts requests without an answer.`;
const [BEGIN, END] = ['<!-- begin of the tables of bench/routing.ts -->', '<!-- end of the tables -->'];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      workers: { type: 'string', default: String(availableParallelism()) },
      workloads: { type: 'string' },
      policies: { type: 'string' },
      replicas: { type: 'string' },
      'no-troubles': { type: 'boolean', default: false },
    },
  });
  if (!hasTrace()) console.error(`no trace at ${TRACE_FILE}: left out`);
  const whole = values.quick ? QUICK : FULL;
  const [replicas, ...otherReplicas] = values.replicas?.split(',').map(Number) ?? [
    whole.replicas,
    ...whole.otherReplicas,
  ];
  const matrix: Matrix = {
    ...whole,
    replicas: replicas ?? whole.replicas,
    otherReplicas,
    workloads: values.workloads?.split(',') ?? whole.workloads,
    policies: values.policies?.split(',') ?? whole.policies,
    troubles: whole.troubles && !values['no-troubles'],
  };
  const results = new Results(join(ROOT, 'dist/routing', values.quick ? 'quick.jsonl' : 'cells.jsonl'));
  const report = new RoutingReport(matrix, results);
  const workers = Number(values.workers);
  if (matrix.known === undefined) await runMissing(capacityCells(matrix), results, workers);
  const cells = playCells(
    matrix,
    (workload, replicas) => report.sustained(workload, replicas),
    (workload) => report.top(workload),
  );
  await runMissing(cells, results, workers);
  const overview = report.overview();
  console.log(overview);
  if (values.write) {
    await writeTables(overview);
    await writeMarkdown(DETAILS, `${DETAILS_HEAD}\n\n${report.details()}`);
  }
  if (!values.quick) return;
  const wrong = report.sanity();
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

async function runMissing(cells: readonly Cell[], results: Results, workers: number): Promise<void> {
  const byKey = new Map(cells.map((cell) => [keyOf(cell), cell]));
  const missing = [...byKey.values()].filter((cell) => results.get(cell) === undefined);
  const started = performance.now();
  let finished = 0;
  await runInWorkers(__filename, missing, workers, (cell, result) => {
    results.put(cell, result);
    finished++;
    const seconds = (performance.now() - started) / 1000;
    const left = ((seconds / finished) * (missing.length - finished)).toFixed(0);
    const what = `${cell.kind} ${cell.workload} ${cell.replicas} x ${cell.policy} ${cell.trouble}`;
    console.error(`${finished}/${missing.length} ${what}, about ${left} s left`);
  });
}

async function writeTables(markdown: string): Promise<void> {
  const text = existsSync(DOCS) ? readFileSync(DOCS, 'utf8') : '';
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${DOCS} lacks the line ${BEGIN} or ${END}`);
  await writeMarkdown(DOCS, `${text.slice(0, begin + BEGIN.length)}\n\n${markdown}\n${text.slice(end)}`);
}

async function writeMarkdown(file: string, text: string): Promise<void> {
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

if (process.argv.includes('--worker')) {
  process.on('message', ({ index, cell }: { index: number; cell: Cell }) => {
    const answer: Answer = { index, result: runCell(cell) };
    process.send?.(answer);
  });
} else {
  void main();
}
