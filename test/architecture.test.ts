import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '..');

/** What the files of a folder may import, itself included. */
interface Rule {
  /** A folder, or a single file; the longest that fits decides. */
  readonly files: string;
  readonly folders: readonly string[];
  /** Names of packages; `*` at the end stands for anything. */
  readonly packages: readonly string[];
}

const CDK8S = ['cdk8s', 'constructs'];

/** The pure part of the picker, from what stands below to what stands above: each may import what is before it. */
const PICKER_LAYERS = ['scheduling', 'pool', 'admission', 'request', 'telemetry', 'director', 'protocol'];

/** What the picker's own folders hold that others run: everything but the rim. */
const PICKER_MIDDLE = ['lib/picker/time.ts', ...PICKER_LAYERS.map((layer) => `lib/picker/${layer}`)];

/** Packages of the rim; all of them are part of the shipped bundle. */
const PICKER_PACKAGES = [
  'node:*',
  '@kubernetes/client-node',
  '@opentelemetry/*',
  'commander',
  'pino',
  'prom-client',
  'selfsigned',
  'xxhash-wasm',
  'yaml',
];

function pickerRules(): readonly Rule[] {
  const layers = PICKER_LAYERS.map((layer, i): Rule => {
    const below = PICKER_LAYERS.slice(0, i + 1).map((name) => `lib/picker/${name}`);
    return { files: `lib/picker/${layer}`, folders: ['lib/core', 'lib/picker/time.ts', ...below], packages: [] };
  });
  return [
    ...layers,
    { files: 'lib/picker/time.ts', folders: [], packages: [] },
    // The configuration file is YAML, and its errors name lines; the parameters of any plugin are read there.
    {
      files: 'lib/picker/scheduling/config',
      folders: ['lib/core', 'lib/picker/time.ts', 'lib/picker/scheduling', 'lib/picker/admission', 'lib/picker/pool'],
      packages: ['yaml'],
    },
    // The rim: the only place with sockets, files, clocks and processes.
    { files: 'lib/picker', folders: ['lib/core', 'lib/picker'], packages: PICKER_PACKAGES },
    // Whoever writes a plugin loads neither the server nor its packages.
    { files: 'lib/picker/index.ts', folders: ['lib/core', ...PICKER_MIDDLE], packages: [] },
  ];
}

const RULES: readonly Rule[] = [
  // Lets the examples run inside the repository under the name of the package.
  { files: 'examples/pulumi/register-paths.ts', folders: [], packages: ['tsconfig-paths', 'node:path'] },
  { files: 'imports', folders: [], packages: CDK8S },
  { files: 'lib/core', folders: ['lib/core'], packages: [] },
  { files: 'lib/index.ts', folders: ['lib/core', 'lib/k8s', 'lib/patterns'], packages: [] },
  { files: 'lib/k8s', folders: ['lib/core', 'lib/k8s', 'imports'], packages: [...CDK8S, 'cdk8s-plus-28'] },
  { files: 'lib/patterns', folders: ['lib/core', 'lib/k8s', 'lib/patterns'], packages: CDK8S },
  { files: 'lib/gcp', folders: ['lib/core', 'lib/gcp'], packages: ['@pulumi/*', 'node:path', 'node:fs'] },
  { files: 'lib/deploy', folders: ['lib/core', 'lib/deploy'], packages: ['cdk8s', '@pulumi/*'] },
  ...pickerRules(),
  { files: 'lib/simulator', folders: ['lib/core', ...PICKER_MIDDLE, 'lib/simulator'], packages: [] },
  { files: 'lib/checks', folders: ['lib/core', 'lib/picker', 'lib/checks'], packages: ['yaml'] },
  {
    files: 'lib/local',
    folders: ['lib/core', 'lib/picker', 'lib/simulator', 'lib/checks', 'lib/local'],
    packages: ['*'],
  },
  // Runs in a browser.
  {
    files: 'lib/local/page',
    folders: ['lib/local/page', 'lib/local/admin/state.ts', 'lib/local/admin/target.ts'],
    packages: ['preact', 'preact/*', 'uplot', 'uplot/*'],
  },
  { files: 'lib/cli', folders: ['lib', 'imports'], packages: ['*'] },
  {
    files: 'examples',
    folders: ['examples'],
    packages: [
      'gke-inference-gateway',
      'gke-inference-gateway/gcp',
      'gke-inference-gateway/deploy',
      'gke-inference-gateway/picker',
      'gke-inference-gateway/imports/*',
      ...CDK8S,
      'cdk8s-plus-28',
      '@pulumi/*',
      'node:*',
    ],
  },
];

/** Folders that are imported as one, because each is a catalogue of entries with one file each. */
const CATALOGUES = [
  'lib/core/accelerators',
  'lib/core/models',
  'lib/core/runtimes',
  'lib/core/picker/flavors',
  'lib/core/picker/plugins',
];

const MOST_LINES = 300;

function typescriptFiles(folder: string): readonly string[] {
  const start = join(ROOT, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && statSync(join(start, name)).isFile())
    .map((name) => posix.join(folder, name.split(sep).join('/')))
    .filter((file) => !file.includes('node_modules/'))
    .sort();
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const inside = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`);

const LIB = typescriptFiles('lib');

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Everything that a file imports: by `import`, `export from`, `require` and `import()`. */
function importsOf(file: string): readonly Import[] {
  const source = parse(file);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const name = importedBy(node);
    if (name !== undefined) found.push({ from: file, to: name });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The module that a node names: `config.require('x')` of Pulumi is a method and imports nothing. */
function importedBy(node: ts.Node): string | undefined {
  const name = moduleOf(node);
  return name !== undefined && ts.isStringLiteralLike(name) ? name.text : undefined;
}

function moduleOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const loads =
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require');
  return loads ? node.arguments[0] : undefined;
}

function ruleFor(file: string): Rule | undefined {
  const fitting = RULES.filter((rule) => inside(file, rule.files));
  return fitting.sort((a, b) => b.files.length - a.files.length)[0];
}

/** The file that a relative import means, from the root of the repository. */
function target({ from, to }: Import): string {
  const path = relative(ROOT, join(ROOT, dirname(from), to))
    .split(sep)
    .join('/');
  return ['.ts', '.tsx'].map((ending) => path + ending).find((file) => existsSync(join(ROOT, file))) ?? path;
}

function allowed(edge: Import): boolean {
  const rule = ruleFor(edge.from);
  if (rule === undefined) return false;
  if (edge.to.startsWith('.')) return rule.folders.some((folder) => inside(target(edge), folder));
  return rule.packages.some((name) => (name.endsWith('*') ? edge.to.startsWith(name.slice(0, -1)) : edge.to === name));
}

const show = ({ from, to }: Import): string => `${from} -> ${to}`;

const parsed = new Map<string, ts.SourceFile>();

function parse(file: string): ts.SourceFile {
  const source = parsed.get(file) ?? ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
  parsed.set(file, source);
  return source;
}

/** Every node of a file's syntax tree that a test looks for, as `file:line text`. */
function find(files: readonly string[], wanted: (node: ts.Node) => boolean): readonly string[] {
  return files.flatMap((file) => {
    const source = parse(file);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (wanted(node)) {
        const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
        found.push(`${file}:${line} ${node.getText(source).split('\n', 1)[0] ?? ''}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

test('the guards see the library', () => {
  expect(LIB.length).toBeGreaterThan(50);
  expect(LIB).toContain('lib/core/problem.ts');
});

test('every file of the library falls under a rule', () => {
  expect([...LIB, ...typescriptFiles('examples')].filter((file) => ruleFor(file) === undefined)).toEqual([]);
});

test.each(RULES.map(({ files }) => files))('%s imports only what it may', (folder) => {
  const files = folder.endsWith('.ts') ? [folder] : typescriptFiles(folder);

  const wrong = files.flatMap(importsOf).filter((edge) => !allowed(edge));

  expect(wrong.map(show)).toEqual([]);
});

test('relative imports lead to files that exist', () => {
  const broken = [...LIB, ...typescriptFiles('examples')]
    .flatMap(importsOf)
    .filter((edge) => edge.to.startsWith('.') && !existsSync(join(ROOT, target(edge))));

  expect(broken.map(show)).toEqual([]);
});

test('the library imports files, never the index of a folder, except for catalogues', () => {
  const barrels = LIB.flatMap(importsOf).filter((edge) => {
    if (!edge.to.startsWith('.')) return false;
    const file = target(edge).replace(/\/index\.ts$/, '');
    return !/\.(tsx?|css)$/.test(file) && !CATALOGUES.includes(file);
  });

  expect(barrels.map(show)).toEqual([]);
});

test('the library has named exports only', () => {
  const isDefault = (node: ts.Node): boolean =>
    ts.isExportAssignment(node) ||
    (ts.isExportSpecifier(node) && node.name.text === 'default') ||
    (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent));

  expect(find(LIB, isDefault)).toEqual([]);
});

test('index files name what they export', () => {
  const isStar = (node: ts.Node): boolean => ts.isExportDeclaration(node) && node.exportClause === undefined;

  expect(find(LIB, isStar)).toEqual([]);
});

test('the library has no `any`', () => {
  expect(find(LIB, (node) => node.kind === ts.SyntaxKind.AnyKeyword)).toEqual([]);
});

test('the library has no non-null assertions', () => {
  const isAssertion = (node: ts.Node): boolean =>
    ts.isNonNullExpression(node) ||
    ((ts.isPropertyDeclaration(node) || ts.isVariableDeclaration(node)) && node.exclamationToken !== undefined);

  expect(find(LIB, isAssertion)).toEqual([]);
});

test('the library has no enums', () => {
  expect(find(LIB, (node) => ts.isEnumDeclaration(node))).toEqual([]);
});

test(`files of the library have at most ${MOST_LINES} lines`, () => {
  const long = LIB.map((file) => [file, read(file).trimEnd().split('\n').length] as const);

  expect(long.filter(([, lines]) => lines > MOST_LINES)).toEqual([]);
});

describe('what is synthesized, decided or simulated depends on its input alone', () => {
  const FOLDERS = ['lib/core', 'lib/k8s', 'lib/patterns', 'lib/simulator', ...PICKER_MIDDLE];
  const PURE = LIB.filter((file) => FOLDERS.some((folder) => inside(file, folder)));
  const MEMBERS = ['Date.now', 'Math.random', 'process.env', 'process.hrtime', 'performance.now', 'crypto.randomUUID'];
  const GLOBALS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'process'];

  test('it asks for no time, randomness or environment', () => {
    const isMember = (node: ts.Node): boolean =>
      (ts.isPropertyAccessExpression(node) && MEMBERS.includes(node.getText().replace(/^globalThis\./, ''))) ||
      (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0);

    expect(find(PURE, isMember)).toEqual([]);
  });

  test('it starts no timers and talks to nobody', () => {
    const isGlobal = (node: ts.Node): boolean =>
      ts.isIdentifier(node) &&
      GLOBALS.includes(node.text) &&
      !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) &&
      !(ts.isPropertyAssignment(node.parent) && node.parent.name === node) &&
      !(ts.isPropertySignature(node.parent) && node.parent.name === node);

    expect(find(PURE, isGlobal)).toEqual([]);
  });
});
