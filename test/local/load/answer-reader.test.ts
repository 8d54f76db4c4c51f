import { AnswerReader, faultReason } from '../../../lib/local/load/answer-reader';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const event = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`;
const piece = (content: string): string => event({ choices: [{ delta: { content } }] });

test('the first token is the first text, not the event that says who speaks', () => {
  const reader = new AnswerReader();
  reader.push(bytes(event({ choices: [{ delta: { role: 'assistant', content: '' } }] })), 10);
  reader.push(bytes(piece('Hel')), 20);
  reader.push(bytes(`${piece('lo')}data: [DONE]\n\n`), 30);

  expect(reader.end(31)).toEqual({
    kind: 'answer',
    text: 'Hello',
    firstTokenAt: 20,
    finishedAt: 31,
    promptTokens: undefined,
    outputTokens: 2,
    cachedTokens: undefined,
  });
});

test('the usage at the end counts the tokens', () => {
  const reader = new AnswerReader();
  const usage = { prompt_tokens: 9, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } };
  reader.push(bytes(`${piece('a')}${event({ choices: [], usage })}data: [DONE]\n\n`), 1);

  expect(reader.end(2)).toMatchObject({ promptTokens: 9, outputTokens: 5, cachedTokens: 4 });
});

test('events may be cut anywhere, in the middle of a letter too', () => {
  const whole = bytes(`${piece('é')}${piece('x')}data: [DONE]\r\n\r\n`);
  for (let cut = 0; cut <= whole.length; cut++) {
    const reader = new AnswerReader();
    reader.push(whole.slice(0, cut), 1);
    reader.push(whole.slice(cut), 2);
    expect(reader.end(3)).toMatchObject({ kind: 'answer', text: 'éx' });
  }
});

test.each([
  ['', 'the answer broke off'],
  [piece('a'), 'the answer broke off'],
  ['data: [DONE]\n\n', 'the answer was empty'],
  ['data: {oops\n\n', 'an event of the answer is not JSON'],
  [event({ error: { message: 'out of memory' } }), 'out of memory'],
])('an answer of %j is a failure', (text, reason) => {
  const reader = new AnswerReader();
  reader.push(bytes(text), 1);

  expect(reader.end(2)).toEqual({ kind: 'failure', reason });
});

test.each([
  [404, '{"error":{"message":"The model `x` does not exist."}}', 'HTTP 404: The model `x` does not exist.'],
  [503, 'no healthy upstream\nmore', 'HTTP 503: no healthy upstream'],
  [500, '', 'HTTP 500'],
])('a fault %d %j is told in a line', (status, body, text) => {
  expect(faultReason(status, body)).toBe(text);
});
