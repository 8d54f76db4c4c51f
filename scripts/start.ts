/**
 * Synthesizes a program and prints what it made.
 *
 *   npm start                            the quickstart
 *   npm start -- examples/canary.ts      another program that exports its `app`
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type App } from 'cdk8s';
import { warningsOf } from 'gke-inference-gateway';
import { parseAllDocuments } from 'yaml';
import { manifestReport, type ReportedFile, type ReportedObject } from '../lib/cli/manifest-report';

function main(program: string): void {
  const app = load(program);
  console.log(manifestReport(filesOf(app), warningsOf(app)));
}

/** Programs synthesize when they are loaded, just as `cdk8s synth` runs them. */
function load(program: string): App {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the path is only known now
  const { app } = require(resolve(program)) as { app?: App };
  if (app === undefined) throw new Error(`${program} exports no app; write: export const app = new App()`);
  return app;
}

function filesOf(app: App): readonly ReportedFile[] {
  const made = new Set(app.charts.map((chart) => `${chart.node.id}${app.outputFileExtension}`));
  return readdirSync(app.outdir)
    .filter((file) => made.has(file))
    .sort()
    .map((file) => {
      const path = join(app.outdir, file);
      const objects = parseAllDocuments(readFileSync(path, 'utf8')).map(
        (document) => document.toJS() as ReportedObject,
      );
      return { path: relative(process.cwd(), path), objects };
    });
}

try {
  main(process.argv[2] ?? 'examples/quickstart.ts');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
