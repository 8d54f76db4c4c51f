import * as fc from 'fast-check';
import type { RequestParser } from '../../../lib/picker/director/parts';
import { formatProblem, type Problem } from '../../../lib/core/problem';
import { bodyOf, type RequestBody } from '../../../lib/picker/request/body';
import type { ParsedBody } from '../../../lib/picker/request/parsed-request';
import { PARSERS, RequestParsers } from '../../../lib/picker/request/request-parsers';

const NO_HEADERS: ReadonlyMap<string, string> = new Map();
const CHAT = '/v1/chat/completions';

const parsers = new RequestParsers();

function body(value: unknown): RequestBody {
  return bodyOf(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)));
}

function parse(path: string, value: unknown, using = parsers): ParsedBody | Problem {
  return using.parse(path, NO_HEADERS, body(value));
}

function parsed(path: string, value: unknown, using = parsers): ParsedBody {
  const result = parse(path, value, using);
  if ('what' in result) throw new Error(result.what);
  return result;
}

function problem(path: string, value: unknown, using = parsers): string {
  const result = parse(path, value, using);
  return 'what' in result ? formatProblem(result) : 'no problem';
}

const text = (result: RequestBody): string => Buffer.concat(result.chunks).toString();

function cut(bytes: Uint8Array, sizes: readonly number[]): RequestBody {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    chunks.push(bytes.slice(at, at + size));
    at += size;
  }
  return { chunks, bytes: bytes.length };
}

test('is what the director asks for', () => {
  const asked: RequestParser = parsers;

  expect(asked).toBe(parsers);
});

describe('the path', () => {
  test.each([
    ['/v1/chat/completions', 'invalid chat completions request: must have valid messages field'],
    ['/v1/chat/completions/render', 'invalid chat completions request: must have valid messages field'],
    ['/v1/completions', 'invalid completions request: must have prompt field'],
    ['/v1/completions/render', 'invalid completions request: must have prompt field'],
    ['/v1/responses', 'invalid responses request: must have input field'],
    ['/v1/conversations', 'invalid conversations request: must have items field'],
    ['/v1/embeddings', 'invalid embeddings request: must have input field'],
    ['/v1/images/generations', 'invalid images generations request: must have prompt field'],
    ['/v1/messages', 'invalid messages request: must have valid messages field'],
    ['/v1/messages/count_tokens', 'invalid count tokens request: must have valid messages field'],
    ['/inference/v1/generate', 'invalid generate request: must have token_ids field'],
    ['/any/prefix/v1/chat/completions', 'invalid chat completions request: must have valid messages field'],
    ['/v1/completions/?debug=1', 'invalid completions request: must have prompt field'],
  ])('%s decides on the format: %s', (path, what) => {
    const result = parse(path, { model: 'm' });

    expect('what' in result && result.what).toBe(what);
  });

  test('that nobody claims passes through, whatever the body is', () => {
    const unread = parsed('/v1/rerank', 'no JSON at all');

    expect(unread.model).toBeUndefined();
    expect(unread.blocks('m').hashes).toHaveLength(0);
    expect(text(unread.withModel('other'))).toBe('no JSON at all');
  });

  test('that nobody claims is refused without the passthrough parser', () => {
    const strict = new RequestParsers({ parsers: [PARSERS['anthropic-parser']!] });

    expect(problem('/v1/rerank', {}, strict)).toMatchInlineSnapshot(`
      "no parser for path "/v1/rerank"
            why: none of the configured parsers claims its end
            fix: send the request to a path that ends with messages/count_tokens or messages, or configure passthrough-parser"
    `);
  });

  test('generate alone is read only where SGLang is configured', () => {
    const sglang = new RequestParsers({ parsers: [PARSERS['sglanghttp-parser']!, PARSERS['passthrough-parser']!] });
    const request = { text: 'hello', sampling_params: { max_new_tokens: 7 }, stream: true };

    expect(parsed('/generate', request).maxOutputTokens).toBeUndefined();
    expect(parsed('/generate', request, sglang)).toMatchObject({
      model: undefined,
      maxOutputTokens: 7,
      streaming: true,
    });
  });
});

describe('refusals', () => {
  test('say what a body lacks', () => {
    expect(problem(CHAT, { model: 'm', messages: 'hello' })).toMatchInlineSnapshot(`
      "invalid chat completions request: must have valid messages field
            why: "messages" holds what the model is to answer to
            fix: send a JSON object whose "messages" is an array"
    `);
    expect(problem('/v1/completions', { model: 'm', prompt: null })).toMatchInlineSnapshot(`
      "invalid completions request: must have prompt field
            why: "prompt" holds what the model is to answer to
            fix: send a JSON object whose "prompt" is a string or an array"
    `);
  });

  test.each(['', '[]', '"text"', '{"model":"m","messages":[]', '{"model":"m","messages":[]}{}'])(
    'meet %j, which is no JSON object',
    (bad) => {
      expect(problem(CHAT, bad)).toMatch(/^invalid chat completions request: body is not a JSON object: /);
    },
  );

  test('say where the JSON breaks', () => {
    expect(problem(CHAT, '{"model":"m",}')).toMatchInlineSnapshot(`
      "invalid chat completions request: body is not a JSON object: expected a name in quotes instead of "}" at byte 13
            why: model servers read it as JSON too and would refuse it
            fix: send the body as one JSON object in UTF-8"
    `);
  });
});

describe('what a body says', () => {
  test('is its model, whether it streams and how long the answer may be', () => {
    const request = { model: 'llama', messages: [{ role: 'user', content: 'hi' }], stream: true, max_tokens: 12 };

    expect(parsed(CHAT, request)).toMatchObject({ model: 'llama', streaming: true, maxOutputTokens: 12 });
  });

  test.each([
    [CHAT, { messages: [], max_tokens: 5, max_completion_tokens: 6 }, 6],
    [CHAT, { messages: [], max_tokens: 5, max_completion_tokens: null }, 5],
    [CHAT, { messages: [], max_tokens: -1 }, undefined],
    [CHAT, { messages: [], max_tokens: 1.5 }, undefined],
    [CHAT, { messages: [], max_tokens: '5' }, undefined],
    [CHAT, '{"messages":[],"max_tokens":1e400}', undefined],
    ['/v1/completions', { prompt: 'a', max_tokens: 5 }, 5],
    ['/v1/responses', { input: 'a', max_output_tokens: 5 }, 5],
    ['/v1/messages', { messages: [], max_tokens: 5 }, 5],
    ['/inference/v1/generate', { token_ids: [1], sampling_params: { max_tokens: 5 }, max_tokens: 9 }, 5],
    ['/inference/v1/generate', '{"token_ids":[1],"sampling_params":{"max_tokens":5},"sampling_params":{}}', undefined],
  ])('%s takes the bound of the answer from %j', (path, value, expected) => {
    expect(parsed(path, value).maxOutputTokens).toBe(expected);
  });

  test('names no model where its value is no string, except where servers need none', () => {
    expect(parsed(CHAT, { model: 5, messages: [] }).model).toBe('');
    expect(parsed(CHAT, { messages: [] }).model).toBe('');
    expect(parsed('/inference/v1/generate', { token_ids: [1] }).model).toBeUndefined();
    expect(parsed('/inference/v1/generate', { token_ids: [1], model: 'm' }).model).toBe('m');
  });

  test('counts prompt tokens: four bytes of text each, and ids as they are', () => {
    expect(parsed('/v1/completions', { prompt: 'x'.repeat(400) }).promptTokens).toBe(100);
    expect(parsed('/v1/completions', { prompt: [1, 2, 3] }).promptTokens).toBe(3);
    expect(parsed('/v1/messages/count_tokens', { messages: [{ role: 'user', content: 'hi' }] }).promptTokens).toBe(0);
  });

  test('is what JSON.parse finds, for random bodies cut at random', () => {
    const names = fc.constantFrom(
      'model',
      'stream',
      'messages',
      'max_tokens',
      'cache_salt',
      'mod\\u0065l',
      'other',
      'tools',
    );
    const values = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)),
      fc.constantFrom('true', 'null', '17', '[]', '"llama"', '"ll\\u0061ma"'),
    );
    const members = fc.array(fc.tuple(names, values), { maxLength: 10 });
    fc.assert(
      fc.property(members, fc.array(fc.nat(30), { maxLength: 5 }), (pairs, sizes) => {
        const source = `{${pairs.map(([name, value]) => `"${name}":${value}`).join(' , ')}}`;
        const expected = JSON.parse(source) as Record<string, unknown>;
        const result = parsers.parse(CHAT, NO_HEADERS, cut(new TextEncoder().encode(source), sizes));

        expect('what' in result).toBe(!Array.isArray(expected['messages']));
        if ('what' in result) return;
        const { model, stream, max_tokens: limit } = expected;
        expect(result.model).toBe(typeof model === 'string' ? model : '');
        expect(result.streaming).toBe(stream === true);
        expect(result.maxOutputTokens).toBe(
          typeof limit === 'number' && Number.isSafeInteger(limit) && limit >= 0 ? limit : undefined,
        );
        const renamed = JSON.parse(text(result.withModel('new "name"'))) as unknown;
        expect(renamed).toEqual(typeof model === 'string' ? { ...expected, model: 'new "name"' } : expected);
      }),
      { seed: 8, numRuns: 3000 },
    );
  });
});

describe('another model name', () => {
  test('takes the place of the value and leaves every other byte', () => {
    const source =
      '{ "seed": 12345678901234567890, "model" : "llama"  , "messages":[{"role":"user","content":"é<&>"}]}';

    expect(text(parsed(CHAT, source).withModel('llama-v2'))).toBe(source.replace('"llama"', '"llama-v2"'));
  });

  test('takes the place of the last of two, which is the one that counts', () => {
    const source = '{"model":"a","messages":[],"model":"b","x":{"model":"c"}}';

    expect(parsed(CHAT, source).model).toBe('b');
    expect(text(parsed(CHAT, source).withModel('z'))).toBe(source.replace('"b"', '"z"'));
  });

  test('that is the same leaves the body as the same object', () => {
    const source = body({ model: 'a', messages: [] });
    const result = parsers.parse(CHAT, NO_HEADERS, source);

    expect('what' in result ? undefined : result.withModel('a')).toBe(source);
  });
});

describe('what answers teach', () => {
  test('changes the estimate of the next prompt of that model', () => {
    const own = new RequestParsers();
    const request = { model: 'm', prompt: 'x'.repeat(40_000) };
    const reader = parsed('/v1/completions', request, own).answerReader(undefined);

    reader.chunk(new TextEncoder().encode('{"usage":{"prompt_tokens":20000}}'), true);

    expect(parsed('/v1/completions', request, own).promptTokens).toBeGreaterThan(14_000);
    expect(parsed('/v1/completions', { ...request, model: 'other' }, own).promptTokens).toBe(10_000);
  });

  test('is said of blocks too, so that a prompt has as many tokens as its blocks', () => {
    const own = new RequestParsers();
    own.estimator.learn('m', 1_000_000, 500_000);
    const request = parsed('/v1/completions', { model: 'm', prompt: 'x'.repeat(25_600) }, own);

    const { hashes, blockTokens } = request.blocks('m');

    expect(hashes).toHaveLength(100);
    expect(Math.abs(hashes.length * blockTokens - request.promptTokens)).toBeLessThan(100);
  });
});
