import * as fc from 'fast-check';
import { BlockHasher } from '../../../lib/picker/request/block-hasher';
import type { RequestBody } from '../../../lib/picker/request/body';
import { RequestParsers } from '../../../lib/picker/request/request-parsers';

const NO_HEADERS: ReadonlyMap<string, string> = new Map();
const CHAT = '/v1/chat/completions';
const parsers = new RequestParsers();

interface Asked {
  readonly path?: string;
  readonly model?: string;
  readonly using?: RequestParsers;
  readonly sizes?: readonly number[];
}

function cut(bytes: Uint8Array, sizes: readonly number[]): RequestBody {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    chunks.push(bytes.slice(at, at + size));
    at += size;
  }
  return { chunks, bytes: bytes.length };
}

/** Hashes of a body, given as a value or as text. */
function hashes(value: unknown, { path = CHAT, model = 'm', using = parsers, sizes = [] }: Asked = {}): number[] {
  const bytes = new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
  const result = using.parse(path, NO_HEADERS, cut(bytes, sizes));
  if ('what' in result) throw new Error(result.what);
  return [...result.blocks(model).hashes];
}

function tokens(value: unknown, path = CHAT): number {
  const result = parsers.parse(path, NO_HEADERS, cut(new TextEncoder().encode(JSON.stringify(value)), []));
  return 'what' in result ? NaN : result.promptTokens;
}

/** How many elements two lists have in common at their heads. */
function common(a: readonly number[], b: readonly number[]): number {
  const different = a.findIndex((value, i) => value !== b[i]);
  return different < 0 ? a.length : different;
}

const content = fc.string({ unit: 'binary', maxLength: 700 });
const message = fc.record(
  { role: fc.constantFrom('user', 'assistant'), content, name: fc.constantFrom('a', 'b'), tool_call_id: content },
  { requiredKeys: ['role', 'content'] },
);

describe('a conversation', () => {
  test('shares all full blocks with every longer one that it starts', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(message, { maxLength: 4 }), (first, more) => {
        const short = hashes({ messages: first });
        const long = hashes({ messages: [...first, ...more] });

        expect(long.length).toBeGreaterThanOrEqual(short.length);
        expect(common(short, long)).toBeGreaterThanOrEqual(short.length - 1);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('shares them where tools and system stand after the messages in the body, too', () => {
    const tools = [{ type: 'function', function: { name: 'f', description: 'x'.repeat(2000) } }];
    const system = 'You are careful. '.repeat(50);
    const messages = [{ role: 'user', content: 'y'.repeat(2000) }];
    const more = [...messages, { role: 'assistant', content: 'z'.repeat(3000) }];
    const path = '/v1/messages';

    const short = hashes({ tools, system, messages }, { path });
    const long = hashes({ messages: more, system, tools }, { path });

    expect(common(short, long)).toBeGreaterThanOrEqual(short.length - 1);
    expect(short.length).toBeGreaterThan(16);
  });

  test('hashes the same however its bytes are cut, spaced and escaped', () => {
    const escape = (text: string): string =>
      Array.from(JSON.stringify(text))
        .map((c, i) => (c === 'a' || c > '\u007f' ? escapeUnits(c) : i > 0 && c === '/' ? '\\/' : c))
        .join('');
    fc.assert(
      fc.property(fc.array(message, { maxLength: 4 }), fc.array(fc.nat(400), { maxLength: 6 }), (messages, sizes) => {
        const spelled = messages.map(
          (one) =>
            `{ ${Object.entries(one)
              .map(([key, value]) => `"${key}" :\n${escape(value)}`)
              .join(' , ')}\t}`,
        );

        expect(hashes(`{"messages" : [ ${spelled.join(' , ')} ]}`, { sizes })).toEqual(hashes({ messages }));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test.each([
    ['the text', { role: 'user', content: 'hello' }],
    ['the role', { role: 'system', content: 'hi' }],
    ['a name', { role: 'user', content: 'hi', name: 'eve' }],
    [
      'tool calls',
      { role: 'user', content: 'hi', tool_calls: [{ id: '1', function: { name: 'f', arguments: '{}' } }] },
    ],
    ['what a text ends with', { role: 'user', content: 'hi\u0000' }],
    ['the kind of a value', { role: 'user', content: ['hi'] }],
  ])('differs by %s', (_, changed) => {
    expect(hashes({ messages: [changed] })).not.toEqual(hashes({ messages: [{ role: 'user', content: 'hi' }] }));
  });

  test.each([
    ['members that are null', { role: 'user', content: 'hi', refusal: null }],
    ['marks for the cache', { role: 'user', content: 'hi', cache_control: { type: 'ephemeral' } }],
  ])('does not differ by %s', (_, changed) => {
    expect(hashes({ messages: [changed] })).toEqual(hashes({ messages: [{ role: 'user', content: 'hi' }] }));
  });

  test('does not differ by what is no part of the prompt', () => {
    const messages = [{ role: 'user', content: 'hi' }];

    expect(hashes({ messages, temperature: 0.5, user: 'eve', stream: true })).toEqual(hashes({ messages }));
  });
});

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
}

describe('a cache', () => {
  const request = { messages: [{ role: 'user', content: 'x'.repeat(1000) }] };

  test('is shared by nobody who asks for another model', () => {
    expect(common(hashes(request, { model: 'a' }), hashes(request, { model: 'b' }))).toBe(0);
  });

  test('is shared by nobody who has another salt', () => {
    expect(common(hashes(request), hashes({ ...request, cache_salt: 'mine' }))).toBe(0);
  });

  test('of a model and a salt is not that of another division of the two', () => {
    const salted = (model: string, salt: string): number[] => hashes({ ...request, cache_salt: salt }, { model });

    expect(common(salted('ab', 'c'), salted('a', 'bc'))).toBe(0);
  });
});

describe('blocks', () => {
  test('are of 256 bytes, the last one of what is left', () => {
    const count = (size: number): number => hashes({ prompt: 'x'.repeat(size) }, { path: '/v1/completions' }).length;

    expect([0, 1, 255, 256, 257, 1024].map(count)).toEqual([0, 1, 1, 1, 2, 4]);
  });

  test('are of 64 ids where the prompt is tokens', () => {
    const ids = Array.from({ length: 200 }, (_, i) => i * 700);
    const path = '/inference/v1/generate';
    const short = hashes({ token_ids: ids }, { path });
    const long = hashes({ token_ids: [...ids, 1, 2, 3] }, { path });

    expect(short).toHaveLength(4);
    expect(common(short, long)).toBe(3);
    expect(hashes(`{"token_ids":[ ${ids.join(' ,\n')} ]}`, { path })).toEqual(short);
  });

  test('are as big as configured', () => {
    const using = new RequestParsers({ prompt: { blockTokens: 16, maxBlocks: 10 } });

    expect(hashes({ prompt: 'x'.repeat(640) }, { path: '/v1/completions', using })).toHaveLength(10);
  });

  test('end with the cap, and what follows is only counted', () => {
    const using = new RequestParsers({ prompt: { blockTokens: 64, maxBlocks: 3 } });
    const messages = [{ role: 'user', content: 'x'.repeat(5000) }];

    expect(hashes({ messages }, { using })).toEqual(hashes({ messages }).slice(0, 3));
    expect(tokens({ messages })).toBeGreaterThan(1250);
  });

  test('have a cap even where the configuration has none', () => {
    const using = new RequestParsers({ prompt: { blockTokens: 16, maxBlocks: Infinity } });

    expect(hashes({ prompt: 'x'.repeat(2_000_000) }, { path: '/v1/completions', using })).toHaveLength(16_384);
  });

  test('of the parts of a prompt end with the cap of the whole', () => {
    const using = new RequestParsers({ prompt: { blockTokens: 64, maxBlocks: 4 } });
    const parts = { instructions: 'i'.repeat(600), tools: ['t'.repeat(600)], input: 'u'.repeat(600) };

    expect(hashes(parts, { path: '/v1/responses', using })).toEqual(
      hashes(parts, { path: '/v1/responses' }).slice(0, 4),
    );
  });

  test('of a text are the same whether it is taken in one piece or byte by byte', () => {
    const hasher = new BlockHasher(16, 20);
    const digests = (bytes: Uint8Array, single: number): number[] => {
      const view = new DataView(bytes.buffer);
      hasher.start();
      for (let at = 0; at < Math.min(single, bytes.length); at++) hasher.byte(view.getUint8(at));
      if (single < bytes.length) expect(hasher.plain(view, single, bytes.length)).toBe(bytes.length);
      const target = new Uint32Array(hasher.finish() * 2);
      hasher.copyTo(target, 0, target.length / 2);
      return [...target];
    };
    const text = fc.stringMatching(/^[a-zé ]{0,900}$/).map((value) => new TextEncoder().encode(value));
    fc.assert(
      fc.property(text, fc.nat(100), (bytes, single) => {
        expect(digests(bytes, single)).toEqual(digests(bytes, bytes.length));
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe('collisions', () => {
  test('do not occur among blocks that differ in little', () => {
    const hasher = new BlockHasher(64, 1);
    const seen = new Set<string>();
    const target = new Uint32Array(2);
    const block = new Uint8Array(256).fill(0x61);
    const view = new DataView(block.buffer);
    let made = 0;
    const add = (): void => {
      hasher.start();
      hasher.bytes(view, 0, block.length);
      hasher.finish();
      hasher.copyTo(target, 0, 1);
      seen.add(`${target[0]} ${target[1]}`);
      made++;
    };
    for (let at = 0; at < 256; at++) {
      for (let bit = 0; bit < 8; bit++) {
        view.setUint8(at, 0x61 ^ (1 << bit));
        for (let other = at + 1; other < 256; other += 9) {
          view.setUint8(other, 0x61 ^ (1 << ((bit + 3) % 8)));
          add();
          view.setUint8(other, 0x61);
        }
      }
      view.setUint8(at, 0x61);
    }

    expect(seen.size).toBe(made);
    expect(made).toBeGreaterThan(25_000);
  });

  test('of half of a hash are as rare as chance has them', () => {
    const low = new Set<number>();
    const count = 20_000;
    for (let i = 0; i < count; i++) {
      const [hash = 0] = hashes({ prompt: `question ${i}` }, { path: '/v1/completions' });
      low.add(hash % 0x1_0000_0000);
      expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true);
    }

    // A pair among 20,000 of 2^32 has a chance of 5 %.
    expect(low.size).toBeGreaterThanOrEqual(count - 1);
  });
});

describe('images, audio and video', () => {
  const image = (url: string): unknown => ({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url } },
          { type: 'text', text: 'what is it?' },
        ],
      },
    ],
  });

  test('count as tokens and not as text', () => {
    const big = tokens(image(`data:image/png;base64,${'A'.repeat(400_000)}`));

    expect(big).toBeGreaterThan(225);
    expect(big).toBeLessThan(300);
  });

  test('differ by every byte', () => {
    const data = 'A'.repeat(100_000);

    expect(hashes(image(`data:${data}B`))).not.toEqual(hashes(image(`data:${data}C`)));
    expect(hashes(image(`data:${data}B`))).toEqual(hashes(image(`data:${data}B`)));
  });

  test('are found as each API has them', () => {
    const data = 'A'.repeat(40_000);
    const anthropic = { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', data } }] }] };
    const responses = { input: [{ role: 'user', content: [{ type: 'input_image', image_url: data }] }] };
    const audio = {
      messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data, format: 'wav' } }] }],
    };
    const video = { messages: [{ role: 'user', content: [{ type: 'video_url', video_url: { url: data } }] }] };

    expect(tokens(anthropic, '/v1/messages')).toBeLessThan(300);
    expect(tokens(responses, '/v1/responses')).toBeLessThan(300);
    expect(tokens(audio)).toBeLessThan(100);
    expect(tokens(video)).toBeGreaterThan(3600);
    expect(tokens(video)).toBeLessThan(3700);
  });

  test('are not what a document of text or an argument of a tool is', () => {
    const data = 'A'.repeat(40_000);
    const document = { messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'text', data } }] }] };
    const call = { messages: [{ role: 'assistant', content: [{ type: 'tool_use', input: { source: data } }] }] };

    expect(tokens(document, '/v1/messages')).toBeGreaterThan(10_000);
    expect(tokens(call, '/v1/messages')).toBeGreaterThan(10_000);
  });
});
