import { parseMooncakeTrace, replay, traceRate } from '../../../lib/simulator/workloads/mooncake';

const line = (fields: object = {}): string =>
  JSON.stringify({ timestamp: 0, input_length: 600, output_length: 5, hash_ids: [3, 4], ...fields });

test('reads times, lengths and ids, and skips empty lines', () => {
  const lines = parseMooncakeTrace(`${line()}\n\n${line({ timestamp: 1500, hash_ids: [3, 9] })}\n`);

  expect(lines).toEqual([
    { at: 0, promptTokens: 600, outputTokens: 5, pieces: Float64Array.of(3, 4) },
    { at: 1500, promptTokens: 600, outputTokens: 5, pieces: Float64Array.of(3, 9) },
  ]);
});

test.each([
  ['not JSON', '{', 'line 2 of the trace: not a JSON object'],
  ['not an object', '7', 'line 2 of the trace: not a JSON object'],
  ['a missing time', line({ timestamp: undefined }), 'line 2 of the trace: timestamp must be a number of at least 0'],
  ['a negative time', line({ timestamp: -1 }), 'line 2 of the trace: timestamp must be a number of at least 0'],
  ['an earlier time', line({ timestamp: 5 }), 'line 2 of the trace: timestamp 5 is before 10, the one before it'],
  ['no prompt', line({ input_length: 0 }), 'line 2 of the trace: input_length must be a number of at least 1'],
  ['half a token', line({ output_length: 1.5 }), 'line 2 of the trace: output_length must be a whole number'],
  [
    'ids that are no numbers',
    line({ hash_ids: ['a', 'b'] }),
    'line 2 of the trace: hash_ids must be an array of whole numbers, zero or more',
  ],
  [
    'too few ids',
    line({ timestamp: 20, hash_ids: [1] }),
    'line 2 of the trace: hash_ids has 1 ids, and input_length 600 needs 2',
  ],
])('refuses %s with its line', (_name, wrong, message) => {
  expect(() => parseMooncakeTrace(`${line({ timestamp: 10 })}\n${wrong}`)).toThrow(message);
});

test('refuses an empty trace', () => {
  expect(() => parseMooncakeTrace('\n')).toThrow('line 1 of the trace: there is no request in it');
});

test('times are stretched to the wanted rate', () => {
  const lines = parseMooncakeTrace([0, 1000, 2000].map((timestamp) => line({ timestamp })).join('\n'));
  const sessions = replay(lines, { name: 'trace', model: 'base', rate: 0.5 }).sessions();

  expect(traceRate(lines)).toBe(1);
  expect([sessions.next(), sessions.next(), sessions.next()].map(({ value }) => value?.at)).toEqual([0, 2000, 4000]);
});

test('only the prompt of a traced request is known', () => {
  const { value } = replay(parseMooncakeTrace(line()), { name: 'trace', model: 'base' }).sessions().next();

  expect(value).toMatchObject({
    request: { promptTokens: 600, outputTokens: 5, tokens: { pieceTokens: 512, knownTokens: 600 } },
  });
});
