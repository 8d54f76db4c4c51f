/**
 * Makes `build/local-page`: the page of the local stack, three files that load nothing from elsewhere. `npm start` makes
 * it in memory.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { PAGE_FILES, PAGE_FOLDER, type PageAssets, pageAssets } from '../lib/local/admin/page-assets';

const ROOT = resolve(__dirname, '..');
const SOURCE = join(ROOT, 'lib/local/page');

/** Bundles the page. */
export async function bundlePage(): Promise<PageAssets> {
  const { outputFiles } = await esbuild.build({
    entryPoints: { page: join(SOURCE, 'main.tsx') },
    outdir: join(ROOT, 'build', PAGE_FOLDER),
    tsconfig: join(SOURCE, 'tsconfig.json'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome110', 'firefox110', 'safari16'],
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  return pageAssets((file) => {
    if (file === 'index.html') return readFileSync(join(SOURCE, file), 'utf8');
    return outputFiles.find(({ path }) => path.endsWith(file))?.text ?? '';
  });
}

/** Writes the page. Returns the bytes of all of its files. */
export async function writePage(folder: string): Promise<number> {
  const assets = await bundlePage();
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (const file of PAGE_FILES) {
    const { text = '' } = assets.get(file === 'index.html' ? '/' : `/${file}`) ?? {};
    writeFileSync(join(folder, file), text);
    bytes += Buffer.byteLength(text);
  }
  return bytes;
}

if (require.main === module) {
  writePage(join(ROOT, 'build', PAGE_FOLDER)).then(
    (bytes) => {
      console.log(`page of the local stack: ${(bytes / 1024).toFixed(0)} KiB`);
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
