import { type ChildProcess, fork } from 'node:child_process';
import type { Summary } from '../../lib/simulator/summary';
import type { CapacityResult, Cell } from './cells';

/** What a worker answers. */
export interface Answer {
  readonly index: number;
  readonly result: Summary | CapacityResult;
}

/** Runs cells in processes of their own, as many at a time as there are workers. */
export async function runInWorkers(
  program: string,
  cells: readonly Cell[],
  workers: number,
  done: (cell: Cell, result: Answer['result']) => void,
): Promise<void> {
  let next = 0;
  const serve = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(program, ['--worker']);
      const give = (): void => {
        const index = next++;
        const cell = cells[index];
        if (cell === undefined) stop(child, resolve);
        else child.send({ index, cell });
      };
      child.on('message', ({ index, result }: Answer) => {
        const cell = cells[index];
        if (cell !== undefined) done(cell, result);
        give();
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        if (code !== 0) reject(new Error(`a worker ended with code ${String(code)}`));
      });
      give();
    });
  await Promise.all(Array.from({ length: Math.min(workers, cells.length) }, serve));
}

function stop(child: ChildProcess, resolve: () => void): void {
  child.disconnect();
  resolve();
}
