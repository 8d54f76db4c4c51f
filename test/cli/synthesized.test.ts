import childProcess from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { readManifests } from '../../lib/cli/synthesized';
import { loadExample, synth } from '../support/manifests';

/** The root of the files of all tests, so that one removal takes them all. */
const root = mkdtempSync(join(tmpdir(), 'synthesized-'));

afterAll(() => {
  rmSync(root, { recursive: true });
});

/** A folder with files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, 'folder-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** The path of a program. */
function program(text: string, name = 'chart.js'): string {
  return join(folderOf({ [name]: text }), name);
}

/** Writes a manifest where cdk8s does. */
const WRITES_POD = `require('node:fs').writeFileSync(process.env.CDK8S_OUTDIR + '/stack.k8s.yaml', 'kind: Pod');`;

describe('manifests that are there', () => {
  test('of a file are its text', () => {
    const path = join(folderOf({ 'stack.yaml': 'kind: Pod' }), 'stack.yaml');

    expect(readManifests(path)).toEqual([{ path, text: 'kind: Pod' }]);
  });

  test('of a folder are those of its YAML files in the order of their names', () => {
    const folder = folderOf({ 'b.yml': 'kind: B', 'a.k8s.yaml': 'kind: A', 'notes.txt': 'none' });

    expect(readManifests(folder)).toEqual([
      { path: join(folder, 'a.k8s.yaml'), text: 'kind: A' },
      { path: join(folder, 'b.yml'), text: 'kind: B' },
    ]);
  });

  test('of a folder do not include those of folders in it', () => {
    const folder = folderOf({ 'a.yaml': 'kind: A' });
    mkdirSync(join(folder, 'more'));
    writeFileSync(join(folder, 'more', 'b.yaml'), 'kind: B');

    expect(readManifests(folder)).toHaveLength(1);
  });
});

describe('a program', () => {
  test('in TypeScript gives what it synthesizes', () => {
    const path = join(__dirname, '..', '..', 'examples', 'quickstart.ts');
    const [file, ...others] = readManifests(path);

    expect(others).toEqual([]);
    expect(file?.path).toBe(`${path}: llm.k8s.yaml`);
    expect(file?.text).toBe(Yaml.stringify(...synth(loadExample('quickstart'))));
  }, 60_000);

  test('in JavaScript needs no compiler beside it', () => {
    const path = program(WRITES_POD);

    expect(readManifests(path)).toEqual([{ path: `${path}: stack.k8s.yaml`, text: 'kind: Pod' }]);
  });

  test('may be an ECMAScript module', () => {
    const path = program(
      `import { writeFileSync } from 'node:fs'; writeFileSync(process.env.CDK8S_OUTDIR + '/a.yaml', 'kind: A');`,
      'chart.mjs',
    );

    expect(readManifests(path)).toEqual([{ path: `${path}: a.yaml`, text: 'kind: A' }]);
  });

  test.each(['chart.ts', 'chart.cts'])('in TypeScript needs no tsconfig.json: %s', (name) => {
    const text = `import fs from 'node:fs';
      const kind: string = 'A';
      fs.writeFileSync(process.env.CDK8S_OUTDIR + '/a.yaml', 'kind: ' + kind);`;

    expect(readManifests(program(text, name))[0]?.text).toBe('kind: A');
  });

  test('in TypeScript is compiled as the tsconfig.json above it says', () => {
    const folder = folderOf({
      'tsconfig.json': '{ "compilerOptions": { "module": "commonjs", "removeComments": true } }',
    });
    mkdirSync(join(folder, 'charts'));
    const path = join(folder, 'charts', 'chart.ts');
    writeFileSync(
      path,
      `function kind() { /* a comment */ }
      require('node:fs').writeFileSync(process.env.CDK8S_OUTDIR + '/a.yaml', 'kind: ' + kind);`,
    );

    expect(readManifests(path)[0]?.text).toMatch(/^kind: function kind\(\) *\{ *\}$/);
  });

  test('may print more than a megabyte', () => {
    const path = program(`${WRITES_POD} console.log('x'.repeat(2 ** 21)); console.error('x'.repeat(2 ** 21));`);

    expect(readManifests(path)).toHaveLength(1);
  });

  test('runs in its own folder, so that it finds what lies beside it', () => {
    const folder = folderOf({
      'chart.js': `const text = require('node:fs').readFileSync('values.txt', 'utf8');
        require('node:fs').writeFileSync(process.env.CDK8S_OUTDIR + '/a.yaml', text);`,
      'values.txt': 'kind: A',
    });

    expect(readManifests(join(folder, 'chart.js'))[0]?.text).toBe('kind: A');
  });

  test('leaves nothing beside itself', () => {
    const folder = folderOf({ 'chart.js': WRITES_POD });
    readManifests(join(folder, 'chart.js'));

    expect(readdirSync(folder)).toEqual(['chart.js']);
  });

  test.each([
    ['works', WRITES_POD],
    ['fails', `${WRITES_POD} process.exit(1);`],
  ])('that %s leaves no output in the folder of temporary files', (_name, text) => {
    const noted = join(folderOf({}), 'outdir');
    const path = program(
      `require('node:fs').writeFileSync(${JSON.stringify(noted)}, process.env.CDK8S_OUTDIR); ${text}`,
    );
    try {
      readManifests(path);
    } catch {
      // What it says is the business of other tests.
    }

    expect(existsSync(readFileSync(noted, 'utf8'))).toBe(false);
  });
});

describe('says what to do about', () => {
  test('a path without a file', () => {
    expect(() => readManifests('/nowhere/chart.ts')).toThrow(`/nowhere/chart.ts: 1 invalid setting
  - /nowhere/chart.ts
      why: there is no such file
      fix: give a cdk8s program, a manifest, or the folder of manifests`);
  });

  test('a program that fails, with its own words', () => {
    const path = program(`console.error('error: no region is set'); process.exit(1);`);

    expect(() => readManifests(path)).toThrow(`${path}: 1 invalid setting
  - ${path} could not be synthesized
      why: error: no region is set
      fix: run it by itself, or give its manifests`);
  });

  test('a program that fails without a word', () => {
    const path = program('process.exit(3);');

    expect(() => readManifests(path)).toThrow(`${path}: 1 invalid setting
  - ${path} could not be synthesized
      why: it exited with code 3
      fix: run it by itself, or give its manifests`);
  });

  test('a chart with a wrong setting, with all that its check says', () => {
    const path = program(
      `import { App, Chart } from 'cdk8s';
      const app = new App();
      const chart = new Chart(app, 'llm');
      chart.node.addValidation({ validate: () => ['gpuCount 3\\n  why: none has 3\\n  fix: use 1, 2, 4 or 8'] });
      app.synth();`,
      'chart.ts',
    );
    symlinkSync(join(__dirname, '..', '..', 'node_modules'), join(path, '..', 'node_modules'));

    expect(() => readManifests(path)).toThrow(`${path}: 1 invalid setting
  - ${path} could not be synthesized
      why: Error: Validation failed with the following errors:
             [llm] gpuCount 3
             why: none has 3
             fix: use 1, 2, 4 or 8
      fix: run it by itself, or give its manifests`);
  });

  // Newer versions of Node.js run these themselves.
  const runsTypeScript = Boolean(Reflect.get(process.features, 'typescript'));

  (runsTypeScript ? test.skip : test)('an ECMAScript module in TypeScript', () => {
    const path = program(`import 'node:fs';`, 'chart.mts');

    expect(() => readManifests(path)).toThrow(`${path}: 1 invalid setting
  - ${path} could not be synthesized
      why: it is an ECMAScript module, which Node.js ${process.version} does not run from TypeScript; ts-node loads CommonJS modules only
      fix: rename it to chart.ts where no package.json says "type": "module", or compile it and give chart.mjs`);
  });

  (runsTypeScript ? test.skip : test).each([
    ['chart.ts', 'chart.js'],
    ['chart.cts', 'chart.cjs'],
  ])('%s in a package of ECMAScript modules', (name, compiled) => {
    const path = join(folderOf({ [name]: '', 'package.json': '{ "type": "module" }' }), name);

    expect(() => readManifests(path)).toThrow(`${path}: 1 invalid setting
  - ${path} could not be synthesized
      why: its package.json says "type": "module"; ts-node loads CommonJS modules only
      fix: remove that, or compile it and give ${compiled}`);
  });

  test('a module of another program that is TypeScript', () => {
    const path = join(folderOf({ 'chart.mjs': `import './part.xts';`, 'part.xts': '' }), 'chart.mjs');

    expect(() => readManifests(path)).toThrow(
      `why: TypeError [ERR_UNKNOWN_FILE_EXTENSION]: Unknown file extension ".xts"`,
    );
  });

  test('TypeScript without ts-node beside it', () => {
    const path = program('', 'chart.ts');
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue(join(path, '..'));
    try {
      expect(() => readManifests(path)).toThrow(`${path}: 1 invalid setting
  - ${path} could not be synthesized
      why: ts-node is not installed beside it
      fix: npm install --save-dev ts-node typescript, or give its manifests`);
    } finally {
      cwd.mockRestore();
    }
  });

  test.each([
    [{ code: 'ETIMEDOUT' }, 'it took longer than 120 s'],
    [{ code: 'ENOBUFS' }, 'it printed more than 64 MiB'],
    [{ code: 'EAGAIN', stderr: null as unknown as string }, 'spawnSync node EAGAIN'],
  ])('a program that was ended: %j', (fields, why) => {
    const path = program(WRITES_POD);
    const error = Object.assign(new Error(`spawnSync node ${fields.code}`), fields);
    const signal = 'SIGTERM' as const;
    const ended = { pid: 1, status: null, signal, stdout: '', stderr: 'half a', output: [], error, ...fields };
    const spawn = jest.spyOn(childProcess, 'spawnSync').mockReturnValue(ended);
    try {
      expect(() => readManifests(path)).toThrow(`${path} could not be synthesized
      why: ${why}
      fix: run it by itself, or give its manifests`);
    } finally {
      spawn.mockRestore();
    }
  });

  test('a program that writes no manifest', () => {
    const path = program('');

    expect(() => readManifests(path)).toThrow(`${path}: 1 invalid setting
  - ${path} could not be synthesized
      why: it wrote no manifest; does it call app.synth()?
      fix: run it by itself, or give its manifests`);
  });
});
