import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Summary } from '../../lib/simulator/summary';
import { type CapacityResult, type Cell, keyOf } from './cells';

const ROOT = join(__dirname, '../..');
/** What results depend on. */
const SOURCES = ['lib/simulator', 'lib/core/serving-cost', 'lib/picker/scheduling', 'bench/routing'];

type Result = Summary | CapacityResult;

/** Results in a file that grows: what was computed from the same sources is not computed again. */
export class Results {
  readonly #known = new Map<string, Result>();
  readonly #version = versionOf(SOURCES.map((folder) => join(ROOT, folder)));

  public constructor(private readonly file: string) {
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line === '') continue;
      const { version, key, result } = JSON.parse(line) as { version: string; key: string; result: Result };
      if (version === this.#version) this.#known.set(key, result);
    }
  }

  public get(cell: Cell): Result | undefined {
    return this.#known.get(keyOf(cell));
  }

  public put(cell: Cell, result: Result): void {
    this.#known.set(keyOf(cell), result);
    appendFileSync(this.file, `${JSON.stringify({ version: this.#version, key: keyOf(cell), result })}\n`);
  }

  public summary(cell: Cell): Summary {
    const result = this.get(cell);
    if (result === undefined || !('ttft' in result)) throw new Error(`no result of ${keyOf(cell)}`);
    return result;
  }

  public rate(cell: Cell): number {
    const result = this.get(cell);
    if (result === undefined || !('rate' in result)) throw new Error(`no capacity of ${keyOf(cell)}`);
    return result.rate;
  }
}

function versionOf(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    for (const name of names.sort()) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
