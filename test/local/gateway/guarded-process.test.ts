import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuardedProcess } from '../../../lib/local/gateway/guarded-process';

const start = (command: string, ...args: readonly string[]): { process: GuardedProcess; folder: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'guarded-'));
  return { process: new GuardedProcess({ command, args, folder }), folder };
};

test('a process that is stopped is gone, and its folder too', async () => {
  const { process, folder } = start('sleep', '1000');

  await process.stop();

  expect([process.isRunning, existsSync(folder)]).toEqual([false, false]);
});

test('a process that ends by itself leaves its words and no folder', async () => {
  const { process, folder } = start('sh', '-c', 'echo no such luck >&2; exit 3');

  await process.ended();
  await process.stop();

  expect([process.isRunning, process.output.trim(), existsSync(folder)]).toEqual([false, 'no such luck', false]);
});

test('a command that is not there is said to be', async () => {
  const { process } = start('/no/such/command');

  await process.ended();
  await process.stop();

  expect(process.output).toMatch(/not found|No such file/);
});
