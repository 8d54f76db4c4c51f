import * as fc from 'fast-check';
import { ModelNameRewriter } from '../../../lib/picker/request/model-name-rewriter';

const RENAME = { from: 'llama-v2', to: 'chat' };

function rewrite(text: string, sizes: readonly number[] = [], rename = RENAME): string {
  const rewriter = new ModelNameRewriter(rename);
  const bytes = Buffer.from(text);
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(rewriter.rewrite(bytes.subarray(at, at + size), false));
    at += size;
  }
  parts.push(rewriter.rewrite(bytes.subarray(at), true));
  return Buffer.concat(parts).toString();
}

test.each([
  ['{"model":"llama-v2","x":1}', '{"model":"chat","x":1}'],
  ['{"model" \n:\t "llama-v2"}', '{"model" \n:\t "chat"}'],
  ['{"response":{"model":"llama-v2"},"model":"llama-v2"}', '{"response":{"model":"chat"},"model":"chat"}'],
  [
    'data: {"model":"llama-v2"}\n\ndata: {"model":"llama-v2"}\n\n',
    'data: {"model":"chat"}\n\ndata: {"model":"chat"}\n\n',
  ],
])('puts the client’s name into %j', (text, expected) => {
  expect(rewrite(text)).toBe(expected);
});

test.each([
  '{"model":"llama-v2-lora"}',
  '{"model":"my-llama-v2"}',
  '{"models":"llama-v2"}',
  '{"content":"model","x":"llama-v2"}',
  '{"content":"\\"model\\":\\"llama-v2\\""}',
  '{"model":["llama-v2"]}',
  '{"model":"llama-v',
  '',
])('leaves %j as it is', (text) => {
  expect(rewrite(text)).toBe(text);
});

test('puts names in whole that JSON must escape', () => {
  const rename = { from: 'a"b\\c', to: 'é"' };

  expect(JSON.parse(rewrite('{"model":"a\\"b\\\\c"}', [], rename))).toEqual({ model: 'é"' });
});

test('gives the same bytes however the answer is cut', () => {
  const part = fc.constantFrom(
    '"model"',
    '"mod',
    ':',
    ' ',
    '"llama-v2"',
    '"llama',
    '-v2"',
    '"',
    ',',
    '{',
    'text',
    '\n\n',
    'data: ',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 25 }), fc.array(fc.nat(9), { maxLength: 40 }), (parts, sizes) => {
      const text = parts.join('');

      expect(rewrite(text, sizes)).toBe(text.replace(/("model"[ \n]*:[ \n]*)"llama-v2"/g, '$1"chat"'));
    }),
    { seed: 1, numRuns: 5000 },
  );
});

test('returns a chunk without the name as the same object', () => {
  const chunk = Buffer.from('data: {"choices":[{"delta":{"content":"hi"}}]}\n\n');

  expect(new ModelNameRewriter(RENAME).rewrite(chunk, false)).toBe(chunk);
});

test('holds back no more than the start of the server’s name', () => {
  const rewriter = new ModelNameRewriter(RENAME);

  expect(Buffer.from(rewriter.rewrite(Buffer.from('{"model":   '), false)).toString()).toBe('{"model":   ');
  expect(Buffer.from(rewriter.rewrite(Buffer.from('"llama'), false)).toString()).toBe('');
  expect(Buffer.from(rewriter.rewrite(Buffer.from('x"}'), false)).toString()).toBe('"llamax"}');
});
