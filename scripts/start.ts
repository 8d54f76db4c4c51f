/**
 * Synthesizes a program, prints what it made, runs it on this machine and compares it with a plain Service:
 *
 *   npm start                            the quickstart
 *   npm start -- examples/canary.ts      another program that exports its `app`
 *   npm start -- --stay                  goes on until Ctrl-C, with a page
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type App } from 'cdk8s';
import { warningsOf } from 'gke-inference-gateway';
import { parseAllDocuments } from 'yaml';
import { processInterrupts } from '../lib/cli/interrupts';
import { manifestReport, type ReportedFile, type ReportedObject } from '../lib/cli/manifest-report';
import { tryOut } from './try-out';

async function main(args: readonly string[]): Promise<void> {
  const program = args.find((argument) => !argument.startsWith('-')) ?? 'examples/quickstart.ts';
  const started = Date.now();
  const app = load(program);
  const files = filesSince(app, started);
  console.log(manifestReport(files, warningsOf(app)));
  const interrupt = new AbortController();
  const release = processInterrupts(() => {
    if (interrupt.signal.aborted) process.exit(INTERRUPTED);
    console.log('\nstopping; once more to stop at once');
    interrupt.abort();
  });
  try {
    const manifests = files.map(({ path }) => ({ path, text: readFileSync(path, 'utf8') }));
    await tryOut(manifests, { stay: args.includes('--stay'), signal: interrupt.signal });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = INTERRUPTED;
  } finally {
    release();
  }
}

/** Exit code of a process that a signal ended, as shells have it. */
const INTERRUPTED = 130;

/** Programs synthesize when they are loaded, just as `cdk8s synth` runs them. */
function load(program: string): App {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the path is only known now
  const { app } = require(resolve(program)) as { app?: App };
  if (app === undefined) throw new Error(`${program} exports no app; write: export const app = new App()`);
  return app;
}

/** Files of the output folder that this run wrote; others may be left from another program. */
function filesSince(app: App, started: number): readonly ReportedFile[] {
  return readdirSync(app.outdir)
    .map((file) => join(app.outdir, file))
    .filter((path) => path.endsWith(app.outputFileExtension) && statSync(path).mtimeMs >= started - CLOCK_MARGIN_MS)
    .sort()
    .map((path) => ({ path: relative(process.cwd(), path), objects: objectsOf(path) }));
}

/** File systems keep times more coarsely than the clock. */
const CLOCK_MARGIN_MS = 20;

function objectsOf(path: string): readonly ReportedObject[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as ReportedObject);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
