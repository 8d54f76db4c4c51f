import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { ValidationError } from '../core/problem';
import type { ManifestFile } from '../local/manifests/object';

/** Longest time that a program may take to synthesize, ms. */
const SYNTH_MS = 120_000;

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
    const { status, stderr, error } = spawnSync(process.execPath, [...loader(program), resolve(program)], {
      cwd: dirname(resolve(program)),
      env: { ...process.env, CDK8S_OUTDIR: outdir, TS_NODE_TRANSPILE_ONLY: 'true' },
      encoding: 'utf8',
      timeout: SYNTH_MS,
    });
    if (status !== 0) throw failed(program, error?.message ?? stderr);
    const files = readFolder(outdir);
    if (files.length === 0) throw failed(program, 'it wrote no manifest; does it call app.synth()?');
    return files.map(({ path, text }) => ({ path: `${program}: ${relative(outdir, path)}`, text }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** TypeScript needs the loader of the project that the program is in. */
function loader(program: string): readonly string[] {
  if (!/\.[cm]?ts$/.test(program)) return [];
  try {
    const paths = [dirname(resolve(program)), process.cwd()];
    return ['-r', require.resolve('ts-node/register', { paths })];
  } catch {
    throw failed(program, 'ts-node is not installed beside it');
  }
}

function failed(program: string, reason: string): ValidationError {
  const lines = reason.trim().split('\n');
  const why = lines.find((line) => /error/i.test(line)) ?? lines[0] ?? 'it failed';
  return new ValidationError(program, [
    { what: `${program} could not be synthesized`, why: why.trim(), fix: `run it by itself, or give its manifests` },
  ]);
}
