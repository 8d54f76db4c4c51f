import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { licenseText, packagesOf } from '../../scripts/bundle-licenses';

const root = mkdtempSync(join(tmpdir(), 'licenses-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

function install(folder: string, manifest: object, files: Readonly<Record<string, string>> = {}): void {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, folder, name), text);
}

test('collects the licences of every package that a file of the bundle comes from', () => {
  install(
    'node_modules/b',
    { name: 'b', version: '2.0.0', license: 'MIT' },
    { LICENSE: 'Be kind.\n', 'README.md': '' },
  );
  install('node_modules/@s/a', { name: '@s/a', version: '1.0.0', license: 'ISC' }, { 'licence.txt': 'x', NOTICE: 'y' });
  install('node_modules/b/node_modules/c', { name: 'c', version: '3.0.0', license: 'Apache-2.0' });

  const packages = packagesOf(
    [
      'lib/x.ts',
      'node_modules/b/1.js',
      'node_modules/b/2.js',
      'node_modules/@s/a/i.js',
      'node_modules/b/node_modules/c/i.js',
    ],
    root,
  );

  expect(packages).toEqual([
    { name: '@s/a', version: '1.0.0', license: 'ISC', texts: ['y', 'x'] },
    { name: 'b', version: '2.0.0', license: 'MIT', texts: ['Be kind.'] },
    { name: 'c', version: '3.0.0', license: 'Apache-2.0', texts: [] },
  ]);
  expect(licenseText(packages.slice(1, 2))).toBe(
    `The endpoint picker contains code of 1 packages, under these licences.\n\n${'='.repeat(80)}\nb 2.0.0 (MIT)\n\nBe kind.\n`,
  );
});

test('refuses a package without a licence', () => {
  install('node_modules/d', { name: 'd', version: '1.0.0' });

  expect(() => packagesOf(['node_modules/d/i.js'], root)).toThrow(
    'd in the bundle says no licence; look it up before shipping it',
  );
});
