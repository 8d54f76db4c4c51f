import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package whose code is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression of its manifest. */
  readonly license: string;
  /** Texts of its licence and notice files. */
  readonly texts: readonly string[];
}

const LICENSE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** The packages that files of a bundle come from, by name. `inputs` are paths below `root`. */
export function packagesOf(inputs: readonly string[], root: string): readonly BundledPackage[] {
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []));
  const packages = [...folders].map((folder) => describe(join(root, folder)));
  return packages.sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** Folder of the innermost package that a path is in. */
function packageFolder(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function describe(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  if (license === undefined) throw new Error(`${name} in the bundle says no licence; look it up before shipping it`);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => LICENSE_FILE.test(file)) : [];
  return { name, version, license, texts: files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim()) };
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** One text with the licences of all packages. */
export function licenseText(packages: readonly BundledPackage[]): string {
  const head = `The endpoint picker contains code of ${packages.length} packages, under these licences.`;
  const sections = packages.map(({ name, version, license, texts }) =>
    [`${'='.repeat(80)}\n${name} ${version} (${license})`, ...texts].join('\n\n'),
  );
  return `${[head, ...sections].join('\n\n')}\n`;
}
