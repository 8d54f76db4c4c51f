import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { checkManifest, loadCrdSchemas, type SchemaCatalog } from './manifest-schemas';

const folders: string[] = [];

afterAll(() => {
  folders.forEach((folder) => {
    rmSync(folder, { recursive: true });
  });
});

/** A catalog of one kind, whose spec has the given schema. */
function catalogOf(spec: unknown): SchemaCatalog {
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  const versions = [
    { name: 'v1', served: true, schema },
    { name: 'v0', served: false, schema },
  ];
  const folder = mkdtempSync(join(tmpdir(), 'crds-'));
  folders.push(folder);
  const crd = { spec: { group: 'test.dev', names: { kind: 'Thing' }, versions } };
  writeFileSync(join(folder, 'test.dev.yaml'), `---\n${stringify(crd)}---\n`);
  return loadCrdSchemas(folder);
}

function problems(schema: unknown, spec: unknown): string[] {
  const thing = { apiVersion: 'test.dev/v1', kind: 'Thing', metadata: { name: 'a' }, spec };
  return checkManifest(thing, catalogOf(schema));
}

function objectOf(properties: unknown, more: object = {}): unknown {
  return { type: 'object', properties, ...more };
}

function ruled(type: unknown, rule: string, more: object = {}): unknown {
  return { ...(type as object), 'x-kubernetes-validations': [{ rule, ...more }] };
}

const text = { type: 'string' };
const integer = { type: 'integer', format: 'int64' };

describe('the structural dialect', () => {
  test('leaves out versions that are not served', () => {
    expect([...catalogOf(text).kinds.keys()]).toEqual(['test.dev/v1/Thing']);
  });

  test('refuses unknown fields in bare objects, but not where they are preserved', () => {
    expect(problems({ type: 'object' }, { a: 1 })).toEqual(['spec.a: unknown field']);
    const open = objectOf({ known: objectOf({}) }, { 'x-kubernetes-preserve-unknown-fields': true });
    expect(problems(open, { a: { b: 1 } })).toEqual([]);
    expect(problems(open, { known: { b: 1 } })).toEqual(['spec.known.b: unknown field']);
    expect(problems({ 'x-kubernetes-preserve-unknown-fields': true }, { a: [1] })).toEqual([]);
  });

  test('reads the branches of anyOf as conditions, not as lists of fields', () => {
    const branches = {
      anyOf: [{ properties: { a: { minLength: 2 } }, required: ['a'] }, { required: ['b'] }],
    };
    expect(problems(objectOf({ a: text, b: text }, branches), { a: 'long', b: 'x' })).toEqual([]);
    expect(problems(objectOf({ a: text, b: text }, branches), { a: 'l' })).toContain(
      'spec: must match a schema in anyOf (anyOf)',
    );
  });

  test('takes an embedded resource, an int-or-string and a nullable', () => {
    const embedded = objectOf({}, { 'x-kubernetes-embedded-resource': true });
    expect(problems(embedded, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } })).toEqual([]);
    const either = { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, text] };
    expect(problems(objectOf({ a: either, b: either }), { a: 1, b: '1' })).toEqual([]);
    expect(problems(either, true)).toContainEqual(expect.stringMatching(/^spec: must be integer,string, got true/));
    expect(problems(objectOf({ a: { ...text, nullable: true } }), { a: null })).toEqual([]);
    expect(problems(objectOf({ a: text }), { a: null })).toEqual(['spec.a: must be string, got null (type)']);
  });

  test('enforces sets and maps', () => {
    const set = { type: 'array', items: text, 'x-kubernetes-list-type': 'set' };
    expect(problems(set, ['a', 'b', 'a'])).toEqual(['spec: duplicate entry "a" (list type set)']);
    const items = objectOf({ name: text, port: { ...integer, default: 80 } });
    const keyed = {
      type: 'array',
      items,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name', 'port'],
    };
    expect(problems(keyed, [{ name: 'a' }, { name: 'b' }, { name: 'a', port: 81 }])).toEqual([]);
    expect(problems(keyed, [{ name: 'a' }, { name: 'a', port: 80 }])).toEqual([
      'spec: duplicate entry name="a",port=80 (list type map)',
    ]);
  });

  test('does not find the fields of Object.prototype', () => {
    expect(problems(objectOf({}), { constructor: 1 })).toEqual(['spec.constructor: unknown field']);
  });
});

describe('CEL rules', () => {
  test('a rule that cannot be parsed or evaluated is a problem', () => {
    expect(problems(ruled(text, 'self.('), 'a')).toEqual([
      expect.stringMatching(/^spec: the rule cannot be evaluated/),
    ]);
    expect(problems(ruled(text, 'nosuch(self)'), 'a')).toEqual([expect.stringMatching(/unbound function: nosuch/)]);
    expect(problems(ruled(objectOf({ a: text }), "self.a == 'b'"), {})).toEqual([expect.stringMatching(/: a \(CEL/)]);
    expect(problems(ruled(text, 'self'), 'a')).toEqual([expect.stringMatching(/does not give a boolean/)]);
    expect(problems(ruled(text, 'self == oldSelf', { optionalOldSelf: true }), 'a')).toHaveLength(1);
  });

  test('values have the types of their schemas', () => {
    expect(problems(ruled(integer, 'self / 2 == 1'), 3)).toEqual([]);
    expect(problems(ruled({ type: 'number' }, 'self / 2.0 == 1.5'), 3)).toEqual([]);
    expect(problems(ruled({ 'x-kubernetes-int-or-string': true }, 'type(self) == int'), 3)).toEqual([]);
    expect(problems(ruled({ ...text, format: 'duration' }, "self < duration('2m')"), '90s')).toEqual([]);
    expect(
      problems(ruled({ ...text, format: 'date-time' }, 'self.getFullYear() == 2026'), '2026-05-01T00:00:00Z'),
    ).toEqual([]);
    expect(problems(ruled({ ...text, format: 'byte' }, "self == b'hi'"), 'aGk=')).toEqual([]);
  });

  test('fields are escaped, the keys of maps are not', () => {
    const fields = objectOf({ namespace: text, 'a-b.c': text });
    expect(
      problems(ruled(fields, 'self.__namespace__ == self.a__dash__b__dot__c'), {
        namespace: 'x',
        'a-b.c': 'x',
      }),
    ).toEqual([]);
    const map = { type: 'object', additionalProperties: text };
    expect(problems(ruled(map, "'a-b' in self && self['namespace'] == 'y'"), { 'a-b': 'x', namespace: 'y' })).toEqual(
      [],
    );
  });

  test('rules run at every level, after defaults, and not on null', () => {
    const item = ruled(text, "self != 'x'", { messageExpression: "'no ' + self", message: 'unused' });
    const nested = objectOf({
      list: { type: 'array', items: item },
      map: { type: 'object', additionalProperties: item },
    });
    expect(problems(nested, { list: ['a', 'x'], map: { 'a/b': 'x' } })).toEqual([
      `spec.list[1]: no x (CEL: self != 'x')`,
      `spec.map["a/b"]: no x (CEL: self != 'x')`,
    ]);
    const defaulted = ruled(objectOf({ a: { ...text, default: 'x' } }), "self.a == 'x'", {
      message: 'only x',
    });
    expect(problems(defaulted, {})).toEqual([]);
    expect(problems(defaulted, { a: 'y' })).toEqual([`spec: only x (CEL: self.a == 'x')`]);
    expect(problems(ruled({ ...text, nullable: true }, "self != ''"), null)).toEqual([]);
  });

  test('rules do not run past a wrong type', () => {
    expect(problems(ruled(objectOf({ a: integer }), 'self.a > 1'), { a: 'b' })).toEqual([
      'spec.a: must be integer, got "b" (type)',
    ]);
  });
});
