import * as fc from 'fast-check';
import { ResponseScanner } from '../../../lib/picker/request/response-scanner';

function scan(text: string, sizes: readonly number[] = [], usage = 'usage'): ResponseScanner {
  const scanner = new ResponseScanner({ events: true, usage });
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    scanner.feed(bytes.slice(at, at + size));
    at += size;
  }
  return scanner;
}

const cuts = fc.array(fc.nat(40), { maxLength: 40 });

const OPENAI_STREAM = [
  'data: {"id":"1","model":"m","choices":[{"delta":{"content":"\\"usage\\": {\\"prompt_tokens\\":1}"}}],"usage":null}',
  'data: {"id":"1","choices":[{"delta":{"content":"usage"}}]}',
  'data: {"id":"1","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":8}}}',
  'data: [DONE]',
  '',
].join('\n\n');

const ANTHROPIC_STREAM = [
  'event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":20,"cache_read_input_tokens":5,"output_tokens":1}}}',
  'event: content_block_delta\r\ndata: {"type":"content_block_delta","delta":{"text":"data: "}}',
  'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":9}}',
  '',
].join('\n\n');

test('finds the counts of a plain answer', () => {
  const answer = { choices: [{ message: { content: 'hi' } }], usage: { prompt_tokens: 5, completion_tokens: 2 } };

  expect(scan(JSON.stringify(answer)).usage).toEqual({ promptTokens: 5, outputTokens: 2, cachedTokens: undefined });
  expect(scan(JSON.stringify(answer, undefined, 2)).usage?.promptTokens).toBe(5);
});

test('finds the counts at the end of a stream, however it is cut', () => {
  fc.assert(
    fc.property(cuts, (sizes) => {
      const { usage, events } = scan(OPENAI_STREAM, sizes);

      expect(usage).toEqual({ promptTokens: 12, outputTokens: 3, cachedTokens: 8 });
      expect(events).toBe(3);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('joins the counts that Anthropic sends at the start and at the end, however it is cut', () => {
  fc.assert(
    fc.property(cuts, (sizes) => {
      const { usage, events } = scan(ANTHROPIC_STREAM, sizes);

      expect(usage).toEqual({ promptTokens: 25, outputTokens: 9, cachedTokens: 5 });
      expect(events).toBe(3);
    }),
    { seed: 2, numRuns: 500 },
  );
});

test('finds the counts of a stream in single bytes', () => {
  const sizes = Array.from({ length: OPENAI_STREAM.length }, () => 1);

  expect(scan(OPENAI_STREAM, sizes).usage?.cachedTokens).toBe(8);
});

test('takes the last counts of a server that sends them with every event', () => {
  const event = (tokens: number): string => `data: {"usage":{"prompt_tokens":7,"completion_tokens":${tokens}}}\n\n`;

  expect(scan(event(1) + event(2) + event(3)).usage?.outputTokens).toBe(3);
});

test('finds the counts of SGLang under their own name', () => {
  const answer = '{"text":"}","meta_info":{"finish_reason":{"type":"}\\"{"},"prompt_tokens":4,"cached_tokens":2}}';

  expect(scan(answer, [], 'meta_info').usage).toMatchObject({ promptTokens: 4, cachedTokens: 2 });
});

test.each([
  ['a text that talks of it', '{"content":"usage","x":{"prompt_tokens":1}}'],
  ['a value that is no object', '{"usage":[{"prompt_tokens":1}]}'],
  ['an object without counts', '{"usage":{"cost":3}}'],
  ['counts that are no whole numbers', '{"usage":{"prompt_tokens":-1,"completion_tokens":"2","input_tokens":1.5}}'],
  ['an object that has no end', '{"usage":{"prompt_tokens":1'],
  ['an object that is no JSON', '{"usage":{"prompt_tokens":01}}'],
  ['an object beyond all bounds', `{"usage":{"prompt_tokens":1,"x":"${'x'.repeat(10_000)}"}}`],
])('does not take %s for counts', (_, text) => {
  expect(scan(text).usage).toBeUndefined();
});

test('finds counts after an object beyond all bounds', () => {
  const text = `{"usage":{"x":"${'x'.repeat(10_000)}"}}{"usage":{"prompt_tokens":3}}`;

  expect(scan(text).usage?.promptTokens).toBe(3);
});

test('survives any bytes', () => {
  const parts = fc.constantFrom(
    '"usage"',
    ':',
    '{',
    '}',
    '"',
    '\\',
    ' ',
    '1',
    '"prompt_tokens"',
    '\n',
    'data:',
    '[',
    '"us',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 30 }), cuts, (text, sizes) => {
      expect(scan(text.join(''), sizes).usage).toEqual(scan(text.join('')).usage);
      expect(scan(text.join(''), sizes).events).toBe(scan(text.join('')).events);
    }),
    { seed: 3, numRuns: 3000 },
  );
});

test('a plain answer has no events', () => {
  const scanner = new ResponseScanner({ events: false, usage: 'usage' });
  scanner.feed(new TextEncoder().encode('data: {}\n\n'));

  expect(scanner.events).toBe(0);
});
