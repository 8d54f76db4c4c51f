import { createLogger } from '../../../lib/picker/io/logger';
import type { Log } from '../../../lib/picker/telemetry/log';

function logger(verbosity: number): { readonly log: Log; readonly lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text) };
  return {
    log: createLogger({ verbosity, base: { pool: 'chat' }, stream }),
    lines: () => written.map((text) => JSON.parse(text) as Record<string, unknown>),
  };
}

test('a line is JSON with level, time, pool and message, and nothing of the machine', () => {
  const { log, lines } = logger(2);
  log.info('hello', { request_id: 'r1', status: 200, nothing: undefined });

  expect(lines()).toEqual([
    {
      level: 'info',
      ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      pool: 'chat',
      request_id: 'r1',
      status: 200,
      msg: 'hello',
    },
  ]);
});

test.each([
  [0, ['error', 'warn', 'info']],
  [3, ['error', 'warn', 'info']],
  [4, ['error', 'warn', 'info', 'debug']],
  [5, ['error', 'warn', 'info', 'debug']],
])('verbosity %d writes %j', (verbosity, expected) => {
  const { log, lines } = logger(verbosity);
  log.error('x');
  log.warn('x');
  log.info('x');
  log.debug('x');

  expect(lines().map(({ level }) => level)).toEqual(expected);
});

test('credentials and prompts are hidden, whoever passes them', () => {
  const { log, lines } = logger(2);
  log.info('oops', { authorization: 'Bearer secret', prompt: 'my diary', body: '{}', token: 't' });

  const text = JSON.stringify(lines());
  expect(text).not.toContain('secret');
  expect(text).not.toContain('diary');
  expect(lines()[0]).toMatchObject({ authorization: '[hidden]', prompt: '[hidden]' });
});

test('what is held back can be written at once', () => {
  let flushed = 0;
  const stream = { write: () => undefined, flushSync: () => void (flushed += 1) };
  createLogger({ verbosity: 0, stream }).flush();
  createLogger({ verbosity: 0, stream: { write: () => undefined } }).flush();

  expect(flushed).toBe(1);
});
