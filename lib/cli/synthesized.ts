import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, parse, relative, resolve } from 'node:path';
import { ValidationError } from '../core/problem';
import type { ManifestFile } from '../local/manifests/object';
import { failureText } from './failure-text';

/** Longest time that a program may take to synthesize, ms. */
const SYNTH_MS = 120_000;

/** Output above which a program is ended, bytes: only one in an endless loop prints that much. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Between two lines of a reason: as far in as its first. */
const CONTINUED = `\n${' '.repeat('      why: '.length)}`;

/**
 * Manifests from a file of YAML, a folder of them, or a cdk8s program in TypeScript or JavaScript, which is run with its
 * output in a folder of its own.
 */
export function readManifests(path: string): readonly ManifestFile[] {
  if (!existsSync(path)) {
    throw new ValidationError(path, [
      { what: path, why: 'there is no such file', fix: 'give a cdk8s program, a manifest, or the folder of manifests' },
    ]);
  }
  if (statSync(path).isDirectory()) return readFolder(path);
  return /\.[cm]?[jt]s$/.test(path) ? synthesize(path) : [{ path, text: readFileSync(path, 'utf8') }];
}

function readFolder(folder: string): readonly ManifestFile[] {
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
}

function synthesize(program: string): readonly ManifestFile[] {
  const outdir = mkdtempSync(join(tmpdir(), 'inference-gateway-'));
  try {
    run(program, outdir);
    const files = readFolder(outdir);
    if (files.length === 0) throw failed(program, 'it wrote no manifest; does it call app.synth()?');
    return files.map(({ path, text }) => ({ path: `${program}: ${relative(outdir, path)}`, text }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function run(program: string, outdir: string): void {
  const ended = spawnSync(process.execPath, [...loader(program), resolve(program)], {
    cwd: dirname(resolve(program)),
    env: { ...process.env, CDK8S_OUTDIR: outdir, TS_NODE_TRANSPILE_ONLY: 'true', ...compilerOptions(program) },
    encoding: 'utf8',
    timeout: SYNTH_MS,
    maxBuffer: MOST_OUTPUT,
  });
  if (ended.status === 0) return;
  // A program that could not be started has no output, not even an empty one.
  if (ended.error !== undefined) throw failed(program, spawnProblem(ended.error));
  throw notLoaded(program, ended.stderr) ?? failed(program, failureText(ended));
}

function spawnProblem({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ETIMEDOUT') return `it took longer than ${SYNTH_MS / 1000} s`;
  return code === 'ENOBUFS' ? `it printed more than ${MOST_OUTPUT / 1024 ** 2} MiB` : message;
}

/**
 * TypeScript needs the loader of the project that the program is in. It loads CommonJS modules only: an ECMAScript module
 * is left to Node.js, which runs TypeScript in its newer versions.
 */
function loader(program: string): readonly string[] {
  if (!/\.c?ts$/.test(program)) return [];
  try {
    const paths = [dirname(resolve(program)), process.cwd()];
    return ['-r', require.resolve('ts-node/register', { paths })];
  } catch {
    const fix = 'npm install --save-dev ts-node typescript, or give its manifests';
    throw failed(program, 'ts-node is not installed beside it', fix);
  }
}

/**
 * Compiler options for a program without a tsconfig.json: those that ts-node takes instead contradict each other under
 * newer versions of TypeScript (TS5109).
 */
function compilerOptions(program: string): Readonly<Record<string, string>> {
  const { TS_NODE_COMPILER_OPTIONS: options, TS_NODE_PROJECT: project } = process.env;
  if (options !== undefined || project !== undefined || hasProject(dirname(resolve(program)))) return {};
  return { TS_NODE_COMPILER_OPTIONS: JSON.stringify({ module: 'NodeNext', moduleResolution: 'NodeNext' }) };
}

function hasProject(folder: string): boolean {
  if (existsSync(join(folder, 'tsconfig.json'))) return true;
  return dirname(folder) !== folder && hasProject(dirname(folder));
}

/** The way out for TypeScript that Node.js takes for an ECMAScript module, which is not what its error is about. */
function notLoaded(program: string, stderr: string): ValidationError | undefined {
  const { name, ext } = parse(program);
  if (!/\.[cm]?ts$/.test(ext) || !stderr.includes(`Unknown file extension "${ext}"`)) return undefined;
  const only = 'ts-node loads CommonJS modules only';
  return ext === '.mts'
    ? failed(
        program,
        `it is an ECMAScript module, which Node.js ${process.version} does not run from TypeScript; ${only}`,
        `rename it to ${name}.ts where no package.json says "type": "module", or compile it and give ${name}.mjs`,
      )
    : failed(
        program,
        `its package.json says "type": "module"; ${only}`,
        `remove that, or compile it and give ${name}${ext.replace('ts', 'js')}`,
      );
}

function failed(program: string, why: string, fix = 'run it by itself, or give its manifests'): ValidationError {
  return new ValidationError(program, [
    { what: `${program} could not be synthesized`, why: why.replaceAll('\n', CONTINUED), fix },
  ]);
}
