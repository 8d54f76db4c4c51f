import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '..');

/** Names of interfaces that users fill in. */
const INPUT = /(Props|Args|Options)$/;

const SOURCES: readonly ts.SourceFile[] = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => posix.join('lib', name.split(sep).join('/')))
  .sort()
  .map((file) => ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022, true));

function isExported(node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
}

function isReadonly(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((m) => m.kind === ts.SyntaxKind.ReadonlyKeyword)
  );
}

/** Whether a reader sees more than the name: a comment of its own, not only tags. */
function isDocumented(node: ts.Node): boolean {
  return docs(node).some((doc) => (ts.getTextOfJSDocComment(doc.comment) ?? '').trim() !== '');
}

const docs = (node: ts.Node): readonly ts.JSDoc[] => ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);

function defaultOf(node: ts.Node): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === 'default');
  return tag === undefined ? undefined : (ts.getTextOfJSDocComment(tag.comment) ?? '').trim();
}

function exported<T extends ts.Statement>(is: (node: ts.Statement) => node is T): readonly T[] {
  return SOURCES.flatMap((source) => source.statements.filter(is).filter(isExported));
}

const interfaces = exported(ts.isInterfaceDeclaration);
/** Folders whose exported interfaces users see; of the others, those that an entry point names. */
const PUBLIC = ['core', 'k8s', 'patterns', 'gcp', 'deploy'].map((folder) => `lib/${folder}/`);

const NAMED = new Set(
  readFileSync(join(ROOT, 'lib', 'picker', 'index.ts'), 'utf8')
    .match(/\w+/g)
    ?.values(),
);

const isPublic = (node: ts.InterfaceDeclaration): boolean =>
  NAMED.has(node.name.text) || PUBLIC.some((folder) => node.getSourceFile().fileName.startsWith(folder));

const inputs = interfaces.filter(isPublic).filter(({ name }) => INPUT.test(name.text));

const propertiesOf = (node: ts.InterfaceDeclaration): readonly ts.PropertySignature[] =>
  node.members.filter(ts.isPropertySignature);

/** `file:line Owner.member`, for the message of a failing test. */
function where(node: ts.NamedDeclaration): string {
  const source = node.getSourceFile();
  const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const own = node.name?.getText(source) ?? '';
  const owner = ts.isInterfaceDeclaration(node.parent) ? `${node.parent.name.text}.` : '';
  return `${source.fileName}:${line} ${owner}${own}`;
}

test('the guards see the inputs of the library', () => {
  expect(inputs.map(({ name }) => name.text)).toEqual(
    expect.arrayContaining(['ModelServerProps', 'InferenceGatewayProps', 'AddRouteOptions']),
  );
});

test('every member of an interface that users see is readonly', () => {
  const writable: ts.PropertySignature[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertySignature(node) && !isReadonly(node)) writable.push(node);
    // `Transforms<{ policy: ... }>` lists names for a type, it holds no data.
    if (!ts.isTypeReferenceNode(node)) ts.forEachChild(node, visit);
  };
  interfaces.filter(isPublic).forEach(visit);

  expect(writable.map(where)).toEqual([]);
});

test('every optional input is documented', () => {
  const silent = inputs.flatMap(propertiesOf).filter((member) => member.questionToken && !isDocumented(member));

  expect(silent.map(where)).toEqual([]);
});

test('every optional input says what happens without it', () => {
  const open = inputs.flatMap(propertiesOf).filter((member) => member.questionToken && !defaultOf(member));

  expect(open.map(where)).toEqual([]);
});

// A literal stands for itself; behaviour is a sentence after a dash: `@default 1`, `@default - the namespace of the chart`.
test('a default is a value, or a sentence after a dash', () => {
  const value = /^('[^']*'|"[^"]*"|`[^`]*`|-?[\d_.]+|true|false|\{.*\}|\[.*\]|[A-Z][A-Za-z]*\.[A-Za-z_0-9]+(\(.*\))?)$/;
  const odd = inputs
    .flatMap(propertiesOf)
    .filter((member) => defaultOf(member) !== undefined)
    .filter((member) => !value.test(defaultOf(member)!) && !/^- \S/.test(defaultOf(member)!));

  expect(odd.map((member) => `${where(member)} @default ${defaultOf(member)!}`)).toEqual([]);
});

test('no required input has a default', () => {
  const odd = inputs.flatMap(propertiesOf).filter((member) => !member.questionToken && defaultOf(member) !== undefined);

  expect(odd.map(where)).toEqual([]);
});

test('every exported interface that users fill in is documented', () => {
  expect(inputs.filter((node) => !isDocumented(node)).map(where)).toEqual([]);
});

test('every exported class is documented', () => {
  const silent = exported(ts.isClassDeclaration).filter((node) => !isDocumented(node));

  expect(silent.map(where)).toEqual([]);
});

test('every exported function is documented', () => {
  const silent = exported(ts.isFunctionDeclaration).filter((node) => !isDocumented(node));

  expect(silent.map(where)).toEqual([]);
});
