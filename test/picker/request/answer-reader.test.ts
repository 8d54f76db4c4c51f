import { AnswerReader, type AnswerOptions } from '../../../lib/picker/request/answer-reader';
import type { Usage } from '../../../lib/picker/scheduling/call';

const ANSWER = Buffer.from('data: {"model":"a","usage":{"prompt_tokens":4}}\n\n');
const RENAMED = 'data: {"model":"b","usage":{"prompt_tokens":4}}\n\n';

function reader(options: Partial<AnswerOptions> = {}): AnswerReader {
  return new AnswerReader({
    usage: 'usage',
    streaming: true,
    rename: { from: 'a', to: 'b' },
    onUsage: undefined,
    ...options,
  });
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('counts, and gives the client its name of the model', () => {
  const answer = reader();

  expect(text(answer.chunk(ANSWER, true))).toBe(RENAMED);
  expect(answer.usage?.promptTokens).toBe(4);
  expect(answer.events).toBe(1);
});

test('tells once, with the last chunk, what the server counted', () => {
  const told: Usage[] = [];
  const answer = reader({ onUsage: (usage) => told.push(usage) });

  answer.chunk(ANSWER, false);
  expect(told).toEqual([]);
  answer.chunk(Buffer.from(''), true);

  expect(told.map(({ promptTokens }) => promptTokens)).toEqual([4]);
});

test.each([
  ['text/event-stream; charset=utf-8', 1],
  ['Text/Event-Stream', 1],
  ['application/json', 0],
])('of an answer of type %s it counts %d events', (type, events) => {
  const answer = reader({ streaming: events === 0 });
  answer.headers(new Map([['content-type', type]]));

  answer.chunk(ANSWER, true);

  expect(answer.events).toBe(events);
});

test('a compressed answer passes unread', () => {
  const answer = reader();
  answer.headers(new Map([['content-encoding', 'gzip']]));

  expect(answer.chunk(ANSWER, true)).toBe(ANSWER);
  expect(answer.usage).toBeUndefined();
  expect(answer.events).toBe(0);
});

test('an answer that nobody asks anything of passes as it is', () => {
  const answer = reader({ usage: undefined, rename: { from: 'a', to: 'a' } });

  expect(answer.chunk(ANSWER, true)).toBe(ANSWER);
  expect(answer.usage).toBeUndefined();
});
