import { nearMiss } from '../core/near-miss';
import { flagFacts, FLAGS, REFUSED_FLAGS, type FlagName, type FlagValues } from '../core/picker/flags';
import type { FlagFacts, FlagType, FlagTypes } from '../core/picker/flags-facts';
import type { Problem } from '../core/problem';
import { dashed, readBoolean, readFlag, writeFlag } from './flags-values';

type AnyValue = FlagTypes[FlagType];

/** What a command line says, before anything is made of it. */
export interface ParsedFlags {
  readonly values: FlagValues;
  /** Flags that stand on the command line. */
  readonly given: ReadonlySet<FlagName>;
  /** Arguments that are no flags, in their order. */
  readonly operands: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
  readonly problems: readonly Problem[];
  /** What was taken but has no effect. */
  readonly warnings: readonly string[];
}

/**
 * Reads a command line as Go does: `--flag=value`, `--flag value`, one dash or two, booleans with or without value, and
 * the last of several wins. Everything that is wrong is reported, not only the first thing.
 */
export function parseFlags(argv: readonly string[]): ParsedFlags {
  return new FlagParser(argv).parse();
}

class FlagParser {
  readonly #rest: string[];
  readonly #values = new Map<string, AnyValue>();
  readonly #operands: string[] = [];
  readonly #problems: Problem[] = [];
  readonly #warnings: string[] = [];
  #help = false;
  #version = false;

  public constructor(argv: readonly string[]) {
    this.#rest = [...argv];
  }

  public parse(): ParsedFlags {
    for (let argument = this.#rest.shift(); argument !== undefined; argument = this.#rest.shift()) {
      if (argument === '--') {
        this.#operands.push(...this.#rest.splice(0));
      } else if (argument.startsWith('-') && argument !== '-') {
        this.#takeFlag(argument);
      } else {
        this.#operands.push(argument);
      }
    }
    const defaults = Object.entries(FLAGS).map(([name, facts]) => [name, facts.default] as const);
    return {
      // Every name is in it, and each value was read by the type of its flag.
      values: Object.fromEntries([...defaults, ...this.#values]) as unknown as FlagValues,
      given: new Set(this.#values.keys() as Iterable<FlagName>),
      operands: this.#operands,
      help: this.#help,
      version: this.#version,
      problems: this.#problems,
      warnings: this.#warnings,
    };
  }

  #takeFlag(argument: string): void {
    const [, name = '', value] = /^--?([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === 'help' || name === 'h') {
      this.#help = true;
      return;
    }
    if (name === 'version') {
      this.#version = true;
      return;
    }
    const facts = flagFacts(name);
    if (facts === undefined) this.#unknown(argument, name, value);
    else this.#takeValue(name, facts, value ?? this.#nextValue(facts));
  }

  /** A boolean takes the next argument only where that says a boolean; every other flag takes whatever follows. */
  #nextValue(facts: FlagFacts): string | undefined {
    const next = this.#rest[0];
    if (facts.type !== 'boolean') return this.#rest.shift();
    if (next === undefined || readBoolean(next) === undefined) return 'true';
    return this.#rest.shift();
  }

  #takeValue(name: string, facts: FlagFacts, text: string | undefined): void {
    if (text === undefined) {
      this.#problems.push({
        what: `${dashed(name)} without a value`,
        why: 'it is the last argument',
        fix: `write ${dashed(name)}=VALUE, or leave it out`,
      });
      return;
    }
    const read = readFlag(name, facts, text);
    if ('problem' in read) {
      this.#problems.push(read.problem);
      return;
    }
    if (facts.ignored !== undefined && read.value !== facts.default) {
      this.#warnings.push(`${dashed(name)}=${writeFlag(facts, read.value)} has no effect: ${facts.ignored}`);
    }
    this.#values.set(name, joined(this.#values.get(name), read.value));
  }

  #unknown(argument: string, name: string, value: string | undefined): void {
    // The value of an unknown flag would otherwise be reported as a stray argument.
    if (value === undefined && this.#rest[0]?.startsWith('-') === false) this.#rest.shift();
    const refused = Object.hasOwn(REFUSED_FLAGS, name) ? REFUSED_FLAGS[name] : undefined;
    if (refused !== undefined) {
      this.#problems.push({ what: `${dashed(name)} is no longer a flag`, ...refused });
      return;
    }
    const meant = nearMiss(name, Object.keys(FLAGS));
    this.#problems.push({
      what: `${argument.split('=', 1)[0] ?? argument} is not a flag`,
      why: 'the picker would run with other settings than you think',
      fix: meant === undefined ? 'remove it; --help lists the flags' : `write ${dashed(meant)}`,
    });
  }
}

/** A list grows by what its flag says again; of anything else the last one counts. */
function joined(before: AnyValue | undefined, value: AnyValue): AnyValue {
  if (!Array.isArray(before) || !Array.isArray(value)) return value;
  // Both are of the same flag, so they hold the same.
  return [...(before as FlagTypes['list']), ...(value as FlagTypes['list'])];
}
