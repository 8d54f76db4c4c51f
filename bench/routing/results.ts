import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT } from '../../lib/simulator/policies/default';
import type { Summary } from '../../lib/simulator/summary';
import { type CapacityResult, type Cell, keyOf } from './cells';
import { isOracle } from './matrix';

const ROOT = join(__dirname, '../..');
/** What results depend on. */
const SOURCES = [
  'lib/simulator',
  'lib/core/serving-cost',
  'lib/core/accelerators',
  'lib/core/models',
  'lib/core/runtimes',
  'lib/core/picker',
  'lib/picker/scheduling',
  'lib/picker/pool',
  'lib/picker/director',
  'bench/routing/run-cell.ts',
  'bench/routing/troubles.ts',
];
const NOT_PLAYED = ['lib/simulator/report'];
/** What one policy alone depends on: others need not be played again while that is being worked on. */
const OF_DEFAULT = ['lib/picker/scheduling/scorers/latency'];
const OF_ORACLES = ['oracle', 'forecast', 'future-'].map((name) => `lib/simulator/policies/${name}`);

type Result = Summary | CapacityResult;

/** Results in a file that grows: what was computed from the same sources is not computed again. */
export class Results {
  readonly #known = new Map<string, Result>();
  readonly #versions = {
    default: versionOf([...NOT_PLAYED, ...OF_ORACLES]),
    oracles: versionOf([...NOT_PLAYED, ...OF_DEFAULT]),
    others: versionOf([...NOT_PLAYED, ...OF_DEFAULT, ...OF_ORACLES]),
  };

  public constructor(private readonly file: string) {
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line === '') continue;
      const { version, key, result } = JSON.parse(line) as { version: string; key: string; result: Result };
      if (version === this.#versionFor(JSON.parse(key) as Cell)) this.#known.set(key, result);
    }
  }

  public get(cell: Cell): Result | undefined {
    return this.#known.get(keyOf(cell));
  }

  public put(cell: Cell, result: Result): void {
    this.#known.set(keyOf(cell), result);
    appendFileSync(this.file, `${JSON.stringify({ version: this.#versionFor(cell), key: keyOf(cell), result })}\n`);
  }

  #versionFor({ policy }: Cell): string {
    if (policy === DEFAULT.name) return this.#versions.default;
    return isOracle(policy) ? this.#versions.oracles : this.#versions.others;
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

function versionOf(without: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of SOURCES.flatMap(filesUnder).sort()) {
    if (!without.some((prefix) => name.startsWith(prefix))) hash.update(name).update(readFileSync(join(ROOT, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

function filesUnder(source: string): readonly string[] {
  if (source.endsWith('.ts')) return [source];
  const names = readdirSync(join(ROOT, source), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${source}/${name}`);
}
