import type { Endpoint } from '../../../../../lib/picker/scheduling/endpoint';
import { AnsweredPrompts } from '../../../../../lib/picker/scheduling/scorers/latency/answered-prompts';
import { RequestParsers } from '../../../../../lib/picker/request/request-parsers';
import type { InferenceRequest } from '../../../../../lib/picker/scheduling/request';
import { endpoints, prompt, request } from '../../../../support/picker/builders';

const [POD, OTHER] = endpoints(2) as [Endpoint, Endpoint];

/** Two and a half blocks: the hash of the last one stands for a partial block. */
const FIRST = request({ promptTokens: 160, prompt: prompt([1, 2, 30]) });
/** The same conversation with an answer and another question. */
const NEXT = request({ promptTokens: 400, prompt: prompt([1, 2, 3, 4, 5, 6, 70]) });

function answered(): AnsweredPrompts {
  const prompts = new AnsweredPrompts();
  prompts.add(FIRST, POD, 150);
  return prompts;
}

test('the pod that answered has the answer too', () => {
  expect(answered().tokensAt(NEXT, 2, POD)).toBe(310);
});

test('another pod with the same blocks does not', () => {
  expect(answered().tokensAt(NEXT, 2, OTHER)).toBe(0);
});

test('nor does a pod that came in its place', () => {
  expect(answered().tokensAt(NEXT, 2, { ...POD, generation: POD.generation + 100 })).toBe(0);
});

test('a pod that lost blocks of the prompt has lost the answer behind them', () => {
  expect(answered().tokensAt(NEXT, 1, POD)).toBe(0);
});

test('another conversation with the same beginning was not answered', () => {
  const other = request({ promptTokens: 400, prompt: prompt([1, 9, 10, 11, 12, 13, 14]) });

  expect(answered().tokensAt(other, 1, POD)).toBe(0);
});

test('who answered last has it', () => {
  const prompts = answered();
  expect(prompts.tokensAt(NEXT, 2, POD)).toBe(310);

  prompts.add(FIRST, OTHER, 40);

  expect([prompts.tokensAt(NEXT, 2, POD), prompts.tokensAt(NEXT, 2, OTHER)]).toEqual([0, 200]);
});

test('a prompt whose last block was full is known by that', () => {
  const prompts = new AnsweredPrompts();
  prompts.add(request({ promptTokens: 128, prompt: prompt([1, 2]) }), POD, 150);

  expect(prompts.tokensAt(NEXT, 2, POD)).toBe(278);
});

test('where several prompts end after the same block, nothing can be told', () => {
  const prompts = answered();
  prompts.add(request({ promptTokens: 150, prompt: prompt([1, 2, 31]) }), POD, 90);

  expect(prompts.tokensAt(NEXT, 2, POD)).toBe(0);
});

test('a block that several prompts end after stays one, whoever asks again', () => {
  const prompts = answered();
  const other = request({ promptTokens: 150, prompt: prompt([1, 2, 31]) });
  prompts.add(other, POD, 90);
  prompts.add(other, POD, 90);

  expect(prompts.tokensAt(NEXT, 2, POD)).toBe(0);
});

test('the same prompt again is no other one', () => {
  const prompts = answered();
  prompts.add(FIRST, POD, 90);

  expect(prompts.tokensAt(NEXT, 2, POD)).toBe(250);
});

test('empty answers and prompts without blocks tell nothing', () => {
  const prompts = new AnsweredPrompts();
  prompts.add(FIRST, POD, 0);
  prompts.add(request({ promptTokens: 10, prompt: prompt([]) }), POD, 10);

  expect(prompts.tokensAt(NEXT, 2, POD)).toBe(0);
});

test('remembers the latest of many', () => {
  const prompts = answered();
  for (let i = 0; i < 100_000; i++) prompts.add(request({ promptTokens: 64, prompt: prompt([1000 + i]) }), POD, 1);

  expect(prompts.tokensAt(NEXT, 2, POD)).toBe(0);
  const last = request({ promptTokens: 128, prompt: prompt([100_999, 5]) });
  expect(prompts.tokensAt(last, 1, POD)).toBe(65);
});

interface Message {
  readonly role: string;
  readonly content: string;
}

const parsers = new RequestParsers();

/** A request as it comes from a body. */
function parsed(body: { readonly model: string; readonly messages: readonly Message[] }): InferenceRequest {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const result = parsers.parse('/v1/chat/completions', new Map(), { chunks: [bytes], bytes: bytes.length });
  if ('what' in result) throw new Error(result.what);
  return request({ promptTokens: result.promptTokens, prompt: result.blocks('m') });
}

test.each([0, 1])('finds the turns of chats as parsers cut them, with %p tools', (tools) => {
  const system = { role: 'system', content: 'You help with Kubernetes. '.repeat(60) };
  const declared = Array.from({ length: tools }, () => ({ type: 'function', function: { name: 'search' } }));
  let [found, asked] = [0, 0];
  for (let chat = 0; chat < 20; chat++) {
    let before = FIRST;
    const prompts = new AnsweredPrompts();
    const messages: Message[] = [system];
    for (let turn = 0; turn < 6; turn++) {
      messages.push({ role: 'user', content: `${chat}.${turn} ${'why? '.repeat(20 + 37 * ((chat + turn) % 7))}` });
      const body = { model: 'm', messages, ...(tools === 0 ? {} : { tools: declared }) };
      const known = parsed(body);
      if (turn > 0) {
        asked++;
        const depth = matched(before, known);
        if (prompts.tokensAt(known, depth, POD) > depth * known.prompt.blockTokens) found++;
      }
      prompts.add(known, POD, 200);
      before = known;
      messages.push({ role: 'assistant', content: 'since '.repeat(130) });
    }
  }
  expect(found / asked).toBeGreaterThan(0.95);
});

/** Blocks that a pod has of a prompt after it was given another one. */
function matched(given: InferenceRequest, next: InferenceRequest): number {
  let blocks = 0;
  while (blocks < given.prompt.hashes.length && given.prompt.hashes[blocks] === next.prompt.hashes[blocks]) blocks++;
  return blocks;
}
