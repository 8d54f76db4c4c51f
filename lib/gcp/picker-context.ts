import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { Problem } from '../core/problem';

const PACKAGE = 'gke-inference-gateway';

/** Build context of the picker that this package brings, whether the package is installed or a clone that was built. */
export function bundledPickerContext(from: string = __dirname): string {
  return join(packageRoot(from), 'build', 'picker-image');
}

/** Checks that a folder can be built. */
export function checkBuildContext(context: string, bundled: boolean): Problem | undefined {
  if (existsSync(join(context, 'Dockerfile'))) return undefined;
  return {
    what: `context '${portablePath(context)}' has no Dockerfile`,
    why: bundled ? 'the bundled picker is made when the package is built' : 'the image is built from it',
    fix: bundled
      ? 'run `npm run build` in the clone of gke-inference-gateway, or install the package'
      : 'give a folder with a Dockerfile',
  };
}

/** A path as seen from the working folder, with forward slashes: it goes into the state. */
export function portablePath(path: string): string {
  if (!isAbsolute(path)) return path;
  const seen = relative(process.cwd(), path).split(sep).join('/');
  return seen.startsWith('.') ? seen : `./${seen}`;
}

function packageRoot(from: string): string {
  const manifest = join(from, 'package.json');
  if (existsSync(manifest) && nameIn(manifest) === PACKAGE) return from;
  const parent = dirname(from);
  // At the top of the disk the check of the context reports what is missing.
  return parent === from ? from : packageRoot(parent);
}

function nameIn(manifest: string): string | undefined {
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null || !('name' in parsed)) return undefined;
  return typeof parsed.name === 'string' ? parsed.name : undefined;
}
