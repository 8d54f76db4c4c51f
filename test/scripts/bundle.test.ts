import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PickerFlavor } from 'gke-inference-gateway';
import { PickerPorts } from '../../lib/core/ports';
import { helpText } from '../../lib/picker/flags-help';
import { BUNDLE, bundlePicker } from '../../scripts/bundle';
import { gitCommit } from '../../scripts/git-commit';

const ROOT = resolve(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'picker-image-'));
const bundle = join(folder, BUNDLE);

let sizes: Readonly<Record<string, number>> = {};

beforeAll(async () => {
  sizes = await bundlePicker(folder);
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Modules that packages try to load and do without. */
const OPTIONAL = ['encoding'];

const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const run = (...args: string[]): string => execFileSync(process.execPath, args, { encoding: 'utf8' });

describe('the bundle', () => {
  test('runs by itself', () => {
    expect(run(bundle, '--version')).toBe(`${PickerFlavor.BUNDLED.version}\n`);
    expect(run(bundle, '--help')).toBe(helpText());
  });

  test('knows the commit that it was built from', () => {
    expect(read(BUNDLE)).toContain(`"${gitCommit(ROOT)}"`);
    expect(read(BUNDLE)).not.toContain('PICKER_COMMIT');
  });

  test.each(['kubernetes.cjs', 'selfsigned.cjs', 'tracing.cjs'])('loads %s by itself', (file) => {
    expect(run('-p', `Object.keys(require(${JSON.stringify(join(folder, file))})).length > 0`)).toBe('true\n');
  });

  test('takes of the Kubernetes client what finds credentials, and it works', () => {
    const program = `
      const { KubeConfig } = require(${JSON.stringify(join(folder, 'kubernetes.cjs'))});
      const config = new KubeConfig();
      const user = { name: 'u', token: 'secret' };
      const cluster = { name: 'c', server: 'https://10.0.0.1', skipTLSVerify: true };
      config.loadFromClusterAndUser(cluster, user);
      const options = {};
      config.applyToHTTPSOptions(options).then(() => console.log(config.getCurrentCluster().server, options.headers));`;

    expect(run('-e', program)).toBe("https://10.0.0.1 { Authorization: 'Bearer secret' }\n");
  });

  test('is small where not everything is used', () => {
    expect(sizes[BUNDLE]).toBeLessThan(1.5e6);
    expect(Object.values(sizes).reduce((sum, size) => sum + size, 0)).toBeLessThan(6e6);
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
    const required = Object.keys(sizes).flatMap((file) =>
      [...read(file).matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name ?? ''),
    );
    const known = new Set([...builtinModules, ...Object.keys(sizes).map((file) => `./${file}`)]);

    expect(required.filter((name) => !known.has(name.replace(/^node:/, '')) && !OPTIONAL.includes(name))).toEqual([]);
  });
});

test.each([
  ['js', `console.log(Object.keys(require('gke-inference-gateway/picker')).join())`],
  ['mjs', `import * as picker from 'gke-inference-gateway/picker'; console.log(Object.keys(picker).join())`],
])('plugins that end in .%s find the package under its own name, laid as in the image', (ending, program) => {
  const image = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    const installed = join(image, 'node_modules', 'gke-inference-gateway');
    cpSync(join(folder, 'plugin-api'), installed, { recursive: true });
    renameSync(join(installed, 'manifest.json'), join(installed, 'package.json'));
    const plugin = join(image, `plugin.${ending}`);
    writeFileSync(plugin, program);

    expect(run(plugin).split(',')).toContain('defaultPickerConfig');
  } finally {
    rmSync(image, { recursive: true });
  }
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

    expect(copied.filter((name) => name !== '*.cjs' && !existsSync(join(folder, name)))).toEqual([]);
    expect(copied.sort()).toEqual(kept.sort());
    expect(readdirSync(folder).filter((name) => name.endsWith('.cjs'))).toEqual(Object.keys(sizes).sort());
  });

  test('exposes the ports of the picker, and runs as a user that is not root', () => {
    expect(dockerfile).toContain(`EXPOSE ${Object.values(PickerPorts).join(' ')}\n`);
    expect(/^USER (\d+):(\d+)$/m.exec(dockerfile)?.slice(1)).toEqual(['65532', '65532']);
    expect(dockerfile).toContain(`ENTRYPOINT ["node", "/app/${BUNDLE}"]`);
  });
});
