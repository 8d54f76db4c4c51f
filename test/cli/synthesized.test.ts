import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

    expect(() => readManifests(path)).toThrow(`${path} could not be synthesized`);
  });

  test('a program that writes no manifest', () => {
    const path = program('');

    expect(() => readManifests(path)).toThrow(`${path}: 1 invalid setting
  - ${path} could not be synthesized
      why: it wrote no manifest; does it call app.synth()?
      fix: run it by itself, or give its manifests`);
  });
});
