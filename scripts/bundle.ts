/**
 * Makes `build/picker-image`: the endpoint picker in one file, with the Dockerfile and all that its image takes. Run
 * after the compiler, which makes the rest of `build`.
 */
import { cpSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { licenseText, packagesOf } from './bundle-licenses';

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
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Writes the folder. Returns the bytes of the bundle. */
export async function bundlePicker(folder: string): Promise<number> {
  mkdirSync(join(folder, 'plugin-api'), { recursive: true });
  const picker = await build({
    ...SHARED,
    entryPoints: ['lib/picker/main.ts'],
    outfile: join(folder, BUNDLE),
    banner: { js: '#!/usr/bin/env node' },
  });
  await build({
    ...SHARED,
    entryPoints: ['lib/picker/index.ts'],
    outfile: join(folder, 'plugin-api', 'picker.js'),
  });
  writeFileSync(join(folder, 'plugin-api', 'package.json'), `${JSON.stringify(PLUGIN_API, undefined, 2)}\n`);
  const inputs = Object.keys(picker.metafile.inputs);
  writeFileSync(join(folder, 'THIRD_PARTY_LICENSES.txt'), licenseText(packagesOf(inputs, ROOT)));
  for (const file of ['Dockerfile', '.dockerignore', 'README.md']) {
    cpSync(join(ROOT, 'picker-image', file), join(folder, file));
  }
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  return statSync(join(folder, BUNDLE)).size;
}

/**
 * What plugins in the image find under the name of this package. The folder there gives it the name: a second manifest
 * with that name would confuse tools that search the repository.
 */
const PLUGIN_API = { main: './picker.js', exports: { './picker': './picker.js' } };

if (require.main === module) {
  bundlePicker(join(ROOT, 'build', 'picker-image')).then(
    (bytes) => {
      console.log(`endpoint picker: ${(bytes / 1024).toFixed(0)} KiB`);
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
