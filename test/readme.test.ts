import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '..');

/** A program of a document, padded so that its lines have the numbers that they have there. */
interface Program {
  /** A file that exists for the compiler only. */
  readonly file: string;
  readonly text: string;
}

function linesOf(document: string): readonly string[] {
  return existsSync(document) ? readFileSync(document, 'utf8').split(/\r?\n/) : [];
}

/** The fenced blocks of a document that are marked as TypeScript. */
function programsOf(document: string): readonly Program[] {
  const programs: Program[] = [];
  let fence: string | undefined;
  let block: string[] | undefined;
  linesOf(document).forEach((line, i) => {
    const [, mark, info = ''] = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(line) ?? [];
    if (fence === undefined && mark !== undefined) {
      fence = mark;
      if (/^(ts|typescript)\b/i.test(info)) block = Array.from({ length: i + 1 }, () => '');
    } else if (fence !== undefined && mark !== undefined && mark.startsWith(fence) && info === '') {
      const file = join(ROOT, `${relative(ROOT, document)}.block-${i + 1}.ts`);
      if (block !== undefined) programs.push({ file, text: block.join('\n') });
      [fence, block] = [undefined, undefined];
    } else {
      block?.push(line);
    }
  });
  return programs;
}

/** What the compiler says about programs, as a user of the package would see it. */
function diagnose(programs: readonly Program[]): readonly string[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const options: ts.CompilerOptions = {
    ...ts.convertCompilerOptionsFromJson((config.config as { compilerOptions: unknown }).compilerOptions, ROOT).options,
    // Snippets may name what they show and not use it, and each of them stands for a file of its own.
    noUnusedLocals: false,
    noUnusedParameters: false,
    moduleDetection: ts.ModuleDetectionKind.Force,
  };
  const texts = new Map(programs.map(({ file, text }) => [file, text]));
  const host = ts.createCompilerHost(options);
  const onDisk = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) };
  host.fileExists = (path) => texts.has(path) || onDisk.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? onDisk.readFile(path);

  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((diagnostic) => {
      const { line } = ts.getLineAndCharacterOfPosition(source!, diagnostic.start ?? 0);
      const document = relative(ROOT, file).replace(/\.block-\d+\.ts$/, '');
      return `${document}:${line + 1} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`;
    });
  });
}

/** Documents that the package's users and contributors read. */
const DOCUMENTS: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...(existsSync(join(ROOT, 'docs')) ? readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }) : [])
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]
  .map((name) => join(ROOT, name))
  .filter((document) => existsSync(document));

interface Link {
  readonly line: number;
  readonly to: string;
}

/** Links and images outside of code, Markdown's and HTML's. */
function linksOf(document: string): readonly Link[] {
  let fenced = false;
  return linesOf(document).flatMap((line, i) => {
    if (/^\s*(`{3,}|~{3,})/.test(line)) fenced = !fenced;
    if (fenced) return [];
    const text = line.replace(/`[^`]*`/g, '``');
    const links = [
      ...text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g),
      ...text.matchAll(/^\s*\[[^\]]+\]:\s*<?([^\s>]+)/g),
      ...text.matchAll(/\b(?:href|src)="([^"]+)"/g),
    ];
    return links.map(([, to = '']) => ({ line: i + 1, to }));
  });
}

const isRelative = ({ to }: Link): boolean => !/^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(to);

const programs = programsOf(join(ROOT, 'README.md'));

(programs.length > 0 ? test : test.skip)(
  'the programs of the README compile',
  () => {
    expect(diagnose(programs)).toEqual([]);
  },
  60_000,
);

test('a program that does not compile is told with its line', () => {
  const text = '\n\nconst count: number = "three";\n';

  expect(diagnose([{ file: join(ROOT, 'README.md.block-9.ts'), text }])).toEqual([
    "README.md:3 Type 'string' is not assignable to type 'number'.",
  ]);
});

test.each(DOCUMENTS.map((document) => [relative(ROOT, document), document] as const))(
  'the links of %s lead to files that exist',
  (name, document) => {
    const broken = linksOf(document)
      .filter(isRelative)
      .filter(({ to }) => !existsSync(join(dirname(document), decodeURI(to.split(/[?#]/, 1)[0]!))));

    expect(broken.map(({ line, to }) => `${name}:${line} ${to}`)).toEqual([]);
  },
);
