/**
 * Makes `build/picker-image`: the endpoint picker without its packages, with the Dockerfile and all that its image takes;
 * and `build/cli`, the command `inference-gateway`. Run after the compiler, which makes the rest of `build`.
 */
import { cpSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { credentialsOnly } from './bundle-kubernetes';
import { licenseText, packagesOf } from './bundle-licenses';
import { gitCommit } from './git-commit';

const ROOT = resolve(__dirname, '..');
/** Name of the bundle, which package.json and the Dockerfile know too. */
export const BUNDLE = 'inference-endpoint-picker.cjs';

const SHARED = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  absWorkingDir: ROOT,
  // Spaces stay, so that a stack trace names a line, and identifiers stay, so that it names functions.
  minifySyntax: true,
  // What is imported late is required late: Node.js would otherwise start its loader of ES modules for it.
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"', PICKER_COMMIT: JSON.stringify(gitCommit(ROOT)) },
  metafile: true,
  logLevel: 'warning',
} as const satisfies esbuild.BuildOptions;

/**
 * What not every picker needs, each in a file of its own that is read when it is imported: a fifth of a picker's memory
 * at its start, and half of its time. Keys are modules as they are imported, values the entry points of their files.
 */
const LATE: Readonly<Record<string, { readonly file: string; readonly entry: string }>> = {
  '@kubernetes/client-node': { file: 'kubernetes.cjs', entry: '@kubernetes/client-node' },
  selfsigned: { file: 'selfsigned.cjs', entry: 'selfsigned' },
  './tracing-otel': { file: 'tracing.cjs', entry: './lib/picker/io/tracing-otel.ts' },
};

/** Leaves what is loaded late to its own files, in a folder as seen from the bundle. */
function lateFiles(folder: string): esbuild.Plugin {
  return {
    name: 'late-files',
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, kind }) => {
        const late = kind === 'entry-point' ? undefined : LATE[path];
        return late && { path: `${folder}/${late.file}`, external: true };
      });
    },
  };
}

/** Writes the folder. Returns the bytes of each file of the bundle. */
export async function bundlePicker(folder: string): Promise<Readonly<Record<string, number>>> {
  mkdirSync(join(folder, 'plugin-api'), { recursive: true });
  const outputs = [
    await esbuild.build({
      ...SHARED,
      entryPoints: ['lib/picker/main.ts'],
      outfile: join(folder, BUNDLE),
      banner: { js: '#!/usr/bin/env node' },
      plugins: [lateFiles('.')],
    }),
  ];
  for (const { file, entry } of Object.values(LATE)) {
    const plugins = [credentialsOnly(ROOT)];
    outputs.push(await esbuild.build({ ...SHARED, entryPoints: [entry], outfile: join(folder, file), plugins }));
  }
  await esbuild.build({
    ...SHARED,
    entryPoints: ['lib/picker/index.ts'],
    outfile: join(folder, 'plugin-api', 'picker.js'),
  });
  writeFileSync(join(folder, 'plugin-api', 'manifest.json'), `${JSON.stringify(PLUGIN_API, undefined, 2)}\n`);
  const inputs = outputs.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeFileSync(join(folder, 'THIRD_PARTY_LICENSES.txt'), licenseText(packagesOf(inputs, ROOT)));
  for (const file of ['Dockerfile', '.dockerignore', 'README.md']) {
    cpSync(join(ROOT, 'picker-image', file), join(folder, file));
  }
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  const files = [BUNDLE, ...Object.values(LATE).map(({ file }) => file)];
  return Object.fromEntries(files.map((file) => [file, statSync(join(folder, file)).size]));
}

/** Writes the command `inference-gateway`, beside the folder of the picker's image. Returns its bytes. */
export async function bundleCommand(file: string): Promise<number> {
  await esbuild.build({
    ...SHARED,
    entryPoints: ['lib/cli/main.ts'],
    outfile: file,
    plugins: [lateFiles('../picker-image')],
  });
  return statSync(file).size;
}

/**
 * What plugins in the image find under the name of this package. The folder there gives it the name: a second manifest
 * with that name would confuse tools that search the repository.
 */
const PLUGIN_API = { main: './picker.js', exports: { './picker': './picker.js' } };

async function main(): Promise<void> {
  const bytes = await bundlePicker(join(ROOT, 'build', 'picker-image'));
  const sizes = Object.entries(bytes).map(([file, size]) => `${file} ${kib(size)}`);
  console.log(`endpoint picker: ${sizes.join(', ')}`);
  console.log(`inference-gateway: ${kib(await bundleCommand(join(ROOT, 'build', 'cli', 'inference-gateway.cjs')))}`);
}

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`;

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
