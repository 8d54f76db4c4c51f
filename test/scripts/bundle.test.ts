import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PickerFlavor } from 'gke-inference-gateway';
import { PickerPorts } from '../../lib/core/ports';
import { helpText } from '../../lib/picker/flags-help';
import { BUNDLE, bundlePicker } from '../../scripts/bundle';

const ROOT = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'picker-image-'));
const bundle = join(folder, BUNDLE);

beforeAll(() => bundlePicker(folder), 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const run = (...args: string[]): string => execFileSync(process.execPath, args, { encoding: 'utf8' });

describe('the bundle', () => {
  test('runs by itself', () => {
    expect(run(bundle, '--version')).toBe(`${PickerFlavor.BUNDLED.version}\n`);
    expect(run(bundle, '--help')).toBe(helpText());
  });

  test('is the command of the package', () => {
    const { bin, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      bin: Record<string, string>;
      files: string[];
    };

    expect(bin['inference-endpoint-picker']).toBe(`./build/picker-image/${BUNDLE}`);
    expect(files).toContain('build/picker-image');
    expect(read(BUNDLE)).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('knows of no module that the image lacks', () => {
    const required = [...read(BUNDLE).matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name ?? '');
    const builtIn = new Set(process.getBuiltinModule('node:module').builtinModules);

    expect(required.filter((name) => !builtIn.has(name.replace(/^node:/, '')))).toEqual([]);
  });
});

test('plugins find the package under its own name', () => {
  const exported = `Object.keys(require(${JSON.stringify(join(folder, 'plugin-api'))})).join()`;

  expect(run('-p', exported)).toContain('defaultPickerConfig');
});

test('licences of what is bundled are beside it', () => {
  expect(read('THIRD_PARTY_LICENSES.txt')).toMatch(/^The endpoint picker contains code of \d+ packages/);
  expect(read('LICENSE')).toContain('Apache License');
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync(join(ROOT, 'picker-image/Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));

  test('copies what is in the folder and not ignored', () => {
    const kept = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));

    expect(copied.filter((name) => !existsSync(join(folder, name)))).toEqual([]);
    expect(copied.sort()).toEqual(kept.sort());
  });

  test('exposes the ports of the picker, and runs as a user that is not root', () => {
    expect(dockerfile).toContain(`EXPOSE ${Object.values(PickerPorts).join(' ')}\n`);
    expect(/^USER (\d+):(\d+)$/m.exec(dockerfile)?.slice(1)).toEqual(['65532', '65532']);
    expect(dockerfile).toContain(`ENTRYPOINT ["node", "/app/${BUNDLE}"]`);
  });

  test('the folder leaves most of the 250 MB of the image to Node.js', () => {
    const bytes = ['plugin-api/picker.js', BUNDLE].reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);

    expect(bytes).toBeLessThan(20e6);
  });
});
