import type { Endpoint } from '../../../../../lib/picker/scheduling/endpoint';
import { AnsweredPrompts } from '../../../../../lib/picker/scheduling/scorers/latency/answered-prompts';
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

test('prompts shorter than a block and empty answers tell nothing', () => {
  const prompts = new AnsweredPrompts();
  prompts.add(request({ promptTokens: 40, prompt: prompt([8]) }), POD, 100);
  prompts.add(FIRST, POD, 0);

  expect(prompts.tokensAt(request({ promptTokens: 200, prompt: prompt([8, 9, 10, 11]) }), 1, POD)).toBe(0);
  expect(prompts.tokensAt(NEXT, 2, POD)).toBe(0);
});

test('remembers the latest of many', () => {
  const prompts = answered();
  for (let i = 0; i < 50_000; i++) prompts.add(request({ promptTokens: 64, prompt: prompt([1000 + i]) }), POD, 1);

  expect(prompts.tokensAt(NEXT, 2, POD)).toBe(0);
  const last = request({ promptTokens: 128, prompt: prompt([50_999, 5]) });
  expect(prompts.tokensAt(last, 1, POD)).toBe(65);
});
