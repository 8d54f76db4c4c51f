/**
 * Checks the package as its users get it: packs it, installs the tarball into empty CommonJS and ES module projects,
 * type-checks and runs a program in each, and has publint and attw look at it. Needs `npm run build` before.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const PEERS = ['cdk8s', 'cdk8s-plus-28', 'constructs', 'typescript', '@types/node'];

/** Uses a value and a type of the main entry and of the picker's; the other entries need Pulumi's packages. */
const PROGRAM = `import { App, Chart } from 'cdk8s';
import { Accelerator, InferenceGateway, ServedModel, type ServedModelProps } from 'gke-inference-gateway';
import { InferencePool } from 'gke-inference-gateway/imports/inference.networking.k8s.io';
import { defaultPickerConfig, type EndpointPickerConfig } from 'gke-inference-gateway/picker';

const config: EndpointPickerConfig = defaultPickerConfig();
const props: ServedModelProps = {
  model: 'Qwen/Qwen3-0.6B',
  accelerator: Accelerator.NVIDIA_L4,
  picker: { image: 'registry.example.com/picker:1', config },
};
const chart = new Chart(new App(), 'llm', { namespace: 'inference' });
new InferenceGateway(chart, 'gateway').addRoute(new ServedModel(chart, 'qwen', props));
const kinds = (chart.toJson() as { kind: string }[]).map((object) => object.kind);
if (!kinds.includes(InferencePool.GVK.kind)) throw new Error('no pool among ' + kinds.join(', '));
`;

/** Packages that whoever writes manifests must not pay for. */
const UNWANTED = /node_modules\/(@pulumi|@grpc)\//;

function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: error });
  }
}

function project(work: string, tarball: string, type: 'commonjs' | 'module'): void {
  const folder = join(work, type);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: `uses-${type}`, private: true, type }));
  const versions = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest).devDependencies;
  const peers = PEERS.map((name) => `${name}@${versions[name] ?? 'latest'}`);
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball, ...peers], folder);
  writeFileSync(join(folder, 'main.ts'), PROGRAM);
  const shared = ['--strict', '--target', 'es2022', '--types', 'node', '--module', 'nodenext', 'main.ts'];
  run('npx', ['tsc', ...shared], folder);
  // cdk8s-plus-28's own declarations do not hold under this option, so only the program and ours are looked at.
  run('npx', ['tsc', ...shared, '--exactOptionalPropertyTypes', '--skipLibCheck', '--noEmit'], folder);
  run('node', ['main.js'], folder);
  if (type === 'commonjs') {
    refusePulumi(folder);
    usePicker(folder);
  }
  console.log(`ok: ${type} project type-checks and runs`);
}

/** Runs the README's quickstart to the letter, with the tarball in place of the published package. */
function readmeQuickstart(work: string, tarball: string): void {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [install, program, synth] = [...readme.matchAll(/```(?:sh|ts)\n(.*?)```/gs)].map((match) => match[1] ?? '');
  const folder = join(work, 'readme');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  writeFileSync(join(folder, 'main.ts'), program ?? '');
  const commands = `${install ?? ''}${synth ?? ''}`.split('\n').filter((line) => /^(npm|npx) /.test(line));
  for (const command of commands) {
    run('sh', ['-c', command.replace('install gke-inference-gateway ', `install ${tarball} `)], folder);
  }
  const kinds = readFileSync(join(folder, 'dist', 'llm.k8s.yaml'), 'utf8').match(/^kind: /gm) ?? [];
  if (!readme.includes(`${kinds.length} objects`))
    throw new Error(`the README promises another number than ${kinds.length}`);
  console.log(`ok: the quickstart of the README writes ${kinds.length} objects`);
  const simulation = ['simulate', '--stack', 'dist', '--rate', '0.5', '--duration', '60', '--json'];
  const text = run('npx', ['--no-install', 'inference-gateway', ...simulation], folder);
  const { summaries } = JSON.parse(text) as { summaries: readonly object[] };
  console.log(`ok: inference-gateway compares ${summaries.length} policies on what it wrote`);
}

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
}

function refusePulumi(folder: string): void {
  const probe = `require('gke-inference-gateway'); console.log(Object.keys(require.cache).join('\\n'))`;
  const loaded = run('node', ['-e', probe], folder).split('\n');
  const unwanted = loaded.filter((file) => UNWANTED.test(file));
  if (unwanted.length > 0) throw new Error(`the main entry loads ${unwanted[0]}`);
  console.log(`ok: the main entry loads ${loaded.length} files, none of Pulumi or gRPC`);
}

/** Runs the picker without any of the packages that its sources import, and checks the folder that its image is of. */
function usePicker(folder: string): void {
  const version = run('npx', ['--no-install', 'inference-endpoint-picker', '--version'], folder).trim();
  const installed = join(folder, 'node_modules', 'gke-inference-gateway');
  const probe = `
    const { bundledPickerContext, checkBuildContext } = require(${JSON.stringify(join(installed, 'build/lib/gcp/picker-context'))});
    const context = bundledPickerContext();
    console.log(JSON.stringify({ context, problem: checkBuildContext(context, true) }));`;
  const { context, problem } = JSON.parse(run('node', ['-e', probe], folder)) as { context: string; problem?: object };
  if (problem !== undefined) throw new Error(`the image of the picker cannot be built: ${JSON.stringify(problem)}`);
  const copied = [...readFileSync(join(context, 'Dockerfile'), 'utf8').matchAll(/^COPY (?!--from)(.*) \S+$/gm)];
  const missing = copied.flatMap(([, names = '']) => names.split(' ')).filter((name) => !isThere(context, name));
  if (missing.length > 0) throw new Error(`the package lacks ${missing.join(', ')} of the picker's image`);
  console.log(`ok: the picker ${version} runs, and its image can be built`);
}

/** Whether a folder has what a line of a Dockerfile copies: a name, or `*` and how names end. */
function isThere(folder: string, name: string): boolean {
  if (!name.startsWith('*')) return existsSync(join(folder, name));
  return readdirSync(folder).some((file) => file.endsWith(name.slice(1)));
}

function main(): void {
  const work = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    const packed = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], ROOT)) as [
      { filename: string; size: number; entryCount: number },
    ];
    const tarball = join(work, packed[0].filename);
    console.log(`ok: packed ${packed[0].entryCount} files, ${(packed[0].size / 1024).toFixed(0)} KiB`);
    run('npx', ['publint', '--strict', tarball], ROOT);
    console.log('ok: publint');
    run('npx', ['attw', tarball, '--no-emoji'], ROOT);
    console.log('ok: attw');
    readmeQuickstart(work, tarball);
    project(work, tarball, 'commonjs');
    project(work, tarball, 'module');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
