/**
 * Synthesizes a program and prints what it made.
 *
 *   npm start                            the quickstart
 *   npm start -- examples/canary.ts      another program that exports its `app`
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type App } from 'cdk8s';
import { warningsOf } from 'gke-inference-gateway';
import { parseAllDocuments } from 'yaml';
import { manifestReport, type ReportedFile, type ReportedObject } from '../lib/cli/manifest-report';

function main(program: string): void {
  const started = Date.now();
  const app = load(program);
  console.log(manifestReport(filesSince(app, started), warningsOf(app)));
}

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

try {
  main(process.argv[2] ?? 'examples/quickstart.ts');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
