import fc from 'fast-check';
import {
  checkHostname,
  checkModelName,
  checkName,
  MAX_LABEL_LENGTH,
  MAX_MODEL_NAME_LENGTH,
  MAX_NAME_LENGTH,
  objectName,
  suggestName,
  type NameRule,
} from '../../lib/core/names';
import { holds } from './builders';

const RULES: readonly NameRule[] = ['label', 'subdomain', 'service'];

test('names are as long as Kubernetes allows', () => {
  expect([MAX_LABEL_LENGTH, MAX_NAME_LENGTH, MAX_MODEL_NAME_LENGTH]).toEqual([63, 253, 256]);
});

describe('name of an object', () => {
  test.each([
    ['label', 'a'],
    ['label', '8b-chat'],
    ['label', 'a'.repeat(63)],
    ['subdomain', 'a.b-c.1'],
    ['subdomain', 'a'.repeat(253)],
    ['service', 'vllm-8000'],
    ['service', 'a'.repeat(63)],
  ] as const)('as a %s may be %s', (rule, name) => {
    expect(checkName('name', name, rule)).toBeUndefined();
  });

  test.each([
    ['label', ''],
    ['label', 'A'],
    ['label', 'a.b'],
    ['label', '-a'],
    ['label', 'a-'],
    ['label', 'a_b'],
    ['label', 'a\n'],
    ['subdomain', '.a'],
    ['subdomain', 'a.'],
    ['subdomain', 'a..b'],
    ['subdomain', 'a-.b'],
    ['subdomain', 'a/b'],
    ['service', '8b'],
    ['service', 'a.b'],
  ] as const)("as a %s may not be '%s'", (rule, name) => {
    expect(checkName('name', name, rule)?.what).toBe(`name '${name}' is not a valid name`);
  });

  test('says which characters a label has, and proposes the nearest', () => {
    expect(checkName('name', 'Llama_3.1', 'label')).toEqual({
      what: "name 'Llama_3.1' is not a valid name",
      why: 'Kubernetes allows lower-case letters, digits and -, and a letter or digit at both ends',
      fix: "use 'llama-3-1'",
    });
  });

  test('says which characters a subdomain has, and proposes the nearest', () => {
    expect(checkName('name', 'Llama_3.1', 'subdomain')).toEqual({
      what: "name 'Llama_3.1' is not a valid name",
      why: 'Kubernetes allows lower-case letters, digits, - and ., and a letter or digit at both ends',
      fix: "use 'llama-3.1'",
    });
  });

  test('says which characters the name of a Service has, and proposes the nearest', () => {
    expect(checkName('serviceName', '8b', 'service')).toEqual({
      what: "serviceName '8b' is not a valid name",
      why: 'Kubernetes allows lower-case letters, digits and -, starting with a letter, and a letter or digit at both ends',
      fix: "use 'm-8b'",
    });
  });

  test.each([
    ['label', 63],
    ['service', 63],
    ['subdomain', 253],
  ] as const)('as a %s has at most %d characters', (rule, max) => {
    expect(checkName('name', 'a'.repeat(max + 2), rule)).toEqual({
      what: `name '${'a'.repeat(37)}...' has ${max + 2} characters`,
      why: `Kubernetes allows at most ${max} here`,
      fix: `shorten it to ${max}`,
    });
  });
});

describe('name of a model', () => {
  test.each(['gemma-code', 'google/gemma-3-12b-it', 'Gemma Code', 'x'.repeat(256)])('may be %s', (name) => {
    expect(checkModelName('modelName', name)).toBeUndefined();
  });

  test.each(['', ' ', '\t\n'])("may not be '%s'", (name) => {
    expect(checkModelName('modelName', name)).toEqual({
      what: 'modelName is empty',
      why: 'requests name their model',
      fix: 'give the name that clients will send',
    });
  });

  test('has at most 256 characters', () => {
    expect(checkModelName('modelName', 'x'.repeat(260))).toEqual({
      what: `modelName '${'x'.repeat(37)}...' has 260 characters`,
      why: 'model names are limited to 256',
      fix: 'shorten it to 256',
    });
  });
});

describe('proposed name', () => {
  test.each([
    ['google/gemma-3-12b-it', 'label', 'google-gemma-3-12b-it'],
    ['Qwen/Qwen2.5-7B-Instruct', 'subdomain', 'qwen-qwen2.5-7b-instruct'],
    ['--a--', 'label', 'a'],
    ['a  b', 'label', 'a-b'],
    ['a-.-.b', 'subdomain', 'a.b'],
    ['3.1', 'service', 'm-3-1'],
    ['', 'label', 'model'],
    ['///', 'subdomain', 'model'],
    ['-', 'service', 'model'],
    [`${'a'.repeat(62)}-b`, 'label', 'a'.repeat(62)],
    [`1${'a'.repeat(60)}-b`, 'service', `m-1${'a'.repeat(60)}`],
  ] as const)('for %s as a %s is %s', (name, rule, expected) => {
    expect(suggestName(name, rule)).toBe(expected);
  });

  test('is a label when nothing else is asked for', () => {
    expect(suggestName('a.b')).toBe('a-b');
  });

  test('is always a valid one', () => {
    const anyName = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('a', '1', '-', '.', 'B', '_', '/'), maxLength: 300 }),
    );

    holds(
      fc.property(anyName, fc.constantFrom(...RULES), (name, rule) => {
        expect(checkName('name', suggestName(name, rule), rule)).toBeUndefined();
      }),
      1000,
    );
  });

  test('leaves a valid name as it is', () => {
    const valid = fc.stringMatching(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/);

    holds(
      fc.property(valid, fc.constantFrom(...RULES), (name, rule) => {
        expect(suggestName(name, rule)).toBe(name);
      }),
    );
  });
});

describe('host name', () => {
  test.each(['llm.example.com', '*.example.com', 'localhost', 'a-b.c1', '1password.com', `${'a'.repeat(63)}.example`])(
    'may be %s',
    (hostname) => {
      expect(checkHostname('hostname', hostname)).toBeUndefined();
    },
  );

  test.each([
    'https://llm.example.com',
    'llm.example.com:443',
    'LLM.example.com',
    '10.0.0.1',
    'llm_1.example.com',
    '*',
    'a.*.example.com',
    '',
    '.example.com',
    'example.com.',
    '-a.example.com',
  ])("may not be '%s'", (hostname) => {
    expect(checkHostname('hostname', hostname)).toEqual({
      what: `hostname '${hostname}'`,
      why: 'the Gateway API takes DNS names in lower case, without a scheme, a port or an address',
      fix: "write it as in 'llm.example.com' or '*.example.com'",
    });
  });

  test('has 253 characters at most', () => {
    const long = 'abc.'.repeat(63);

    expect(checkHostname('hostname', `${long}d`)).toBeUndefined();
    expect(checkHostname('hostname', `${long}de`)?.what).toBe(`hostname '${long.slice(0, 37)}...'`);
  });
});

describe('name made of any text', () => {
  const anyText = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ minLength: 240, maxLength: 300 }));

  test.each(['llama', 'llama-3.1', 'a'.repeat(253)])('is the text where Kubernetes takes it: %s', (text) => {
    expect(objectName(text)).toBe(text);
  });

  test('is the nearest name with six digits otherwise', () => {
    expect(objectName('Llama 3')).toMatch(/^llama-3-[0-9a-f]{6}$/);
  });

  test('is valid for any text', () => {
    holds(
      fc.property(anyText, (text) => {
        expect(checkName('name', objectName(text), 'subdomain')).toBeUndefined();
      }),
    );
  });

  test('differs where only the spelling does', () => {
    const names = ['llama-3', 'Llama-3', 'llama 3', 'llama_3', 'LLAMA-3'].map((text) => objectName(text));

    expect(new Set(names).size).toBe(names.length);
  });

  test('differs where only the end of a long text does', () => {
    const long = 'a'.repeat(300);

    expect(objectName(`${long}1`)).not.toBe(objectName(`${long}2`));
  });

  test('is the same in every run', () => {
    holds(
      fc.property(anyText, (text) => {
        expect(objectName(text)).toBe(objectName(text));
      }),
    );
  });
});
