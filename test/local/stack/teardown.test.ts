import { Teardown } from '../../../lib/local/stack/teardown';

test('what was begun last ends first, each step once and after the one before it', async () => {
  const log: string[] = [];
  const teardown = new Teardown();
  teardown.add(() => void log.push('first'));
  teardown.add(async () => {
    await Promise.resolve();
    log.push('second');
  });

  await Promise.all([teardown.end(), teardown.end()]);

  expect(log).toEqual(['second', 'first']);
});

test('a step that fails keeps no other from ending', async () => {
  const log: string[] = [];
  const teardown = new Teardown();
  teardown.add(() => void log.push('first'));
  teardown.add(() => {
    throw new Error('no');
  });

  await expect(teardown.end()).rejects.toThrow('no');
  expect(log).toEqual(['first']);
});
