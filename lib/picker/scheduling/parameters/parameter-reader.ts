import { parseGoDuration } from '../../../core/go-duration';
import type { DocumentPath, LocatedProblem } from '../../../core/located-problem';
import { nearMiss } from '../../../core/near-miss';
import type { Json } from '../../../core/picker/config';
import { allOf, oneOf } from '../../../core/problem';

/** Bounds of a number; a bound itself is allowed, except for `above`. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
}

/** Parameters by name. */
export type Parameters = Readonly<Record<string, Json>>;

/** Where a reader's values come from and where its problems go. */
export interface ReaderOrigin {
  /** Whose parameters they are, such as `plugin 'queue-scorer'`. */
  readonly owner: string;
  readonly path: DocumentPath;
  readonly report: (problem: LocatedProblem) => void;
}

/**
 * Reads a plugin's parameters. What does not fit is reported, with its place, and read as its default: so all problems
 * of a configuration are found at once.
 */
export class ParameterReader {
  readonly #read = new Set<string>();
  readonly #groups: ParameterReader[] = [];

  public constructor(
    private readonly values: Parameters,
    private readonly origin: ReaderOrigin,
    /** What stands before the names in messages: `sources[0].` */
    private readonly prefix = '',
  ) {}

  /** Place of the parameters in the configuration. */
  public get path(): DocumentPath {
    return this.origin.path;
  }

  /** Names that were asked for so far. */
  public get names(): readonly string[] {
    return [...this.#read];
  }

  public has(name: string): boolean {
    this.#read.add(name);
    return this.values[name] !== undefined;
  }

  public number(name: string, fallback: number, range: NumberRange = {}): number {
    return this.#value(name, fallback, `a number${rangeText(range)}`, (value) => inRange(value, range));
  }

  public integer(name: string, fallback: number, range: NumberRange = {}): number {
    const fits = (value: Json): value is number => inRange(value, range) && Number.isInteger(value);
    return this.#value(name, fallback, `a whole number${rangeText(range)}`, fits);
  }

  public boolean(name: string, fallback: boolean): boolean {
    return this.#value(name, fallback, 'true or false', (value) => typeof value === 'boolean');
  }

  public choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const fits = (value: Json): value is T => (choices as readonly Json[]).includes(value);
    return this.#value(name, fallback, oneOf(choices), fits);
  }

  /** A text that is not empty. */
  public string(name: string, fallback: string): string;
  public string(name: string): string | undefined;
  public string(name: string, fallback?: string): string | undefined {
    const fits = (value: Json): value is string => typeof value === 'string' && value !== '';
    return this.#value(name, fallback, 'a text', fits);
  }

  public strings(name: string): readonly string[] {
    const fits = (value: Json): value is readonly string[] =>
      Array.isArray(value) && value.every((item) => typeof item === 'string');
    return this.#value(name, [], 'a list of texts', fits);
  }

  /** Milliseconds of a duration such as `200ms` or `1m30s`; not negative. */
  public durationMs(name: string, fallback: number): number {
    const text = this.#value(name, undefined, 'a duration of zero or more, such as 200ms or 30s', isDuration);
    return text === undefined ? fallback : (parseGoDuration(text) ?? fallback);
  }

  /** A group of parameters; empty where it is not given. */
  public object(name: string): ParameterReader {
    const value = this.#value(name, {}, 'a group of fields', isObject);
    return this.#nested(value, name, [name]);
  }

  /** A list of groups of parameters. */
  public objects(name: string): readonly ParameterReader[] {
    const fits = (value: Json): value is readonly Parameters[] => Array.isArray(value) && value.every(isObject);
    return this.#value(name, [], 'a list of groups of fields', fits).map((value, i) =>
      this.#nested(value, `${name}[${i}]`, [name, i]),
    );
  }

  /** Any value. */
  public json(name: string): Json | undefined {
    this.#read.add(name);
    return this.values[name];
  }

  /** All of the values, however they are named. */
  public all(): Parameters {
    for (const name of Object.keys(this.values)) this.#read.add(name);
    return this.values;
  }

  /** Says that a parameter's value, though well-formed, cannot be used. */
  public reject(name: string, why: string, fix: string): void {
    this.#report(name, this.values[name], why, fix);
  }

  /** Reports fields that nobody asked for, those of groups included. */
  public finish(): void {
    for (const name of Object.keys(this.values).filter((given) => !this.#read.has(given))) {
      const { owner, path, report } = this.origin;
      const near = nearMiss(name, this.names);
      const fix = near
        ? `did you mean ${near}?`
        : this.names.length > 0
          ? `it takes ${allOf(this.names)}`
          : 'remove it';
      const what = `${owner} has no parameter '${this.prefix}${name}'`;
      const why = 'the picker refuses to start with a parameter it does not know';
      report({ path: [...path, name], problem: { what, why, fix } });
    }
    this.finishGroups();
  }

  /** Reports the fields of groups alone, where the names of the parameters themselves are checked elsewhere. */
  public finishGroups(): void {
    for (const group of this.#groups) group.finish();
  }

  #value<T extends Json, F extends T | undefined>(
    name: string,
    fallback: F,
    expected: string,
    fits: (value: Json) => value is T,
  ): T | F {
    this.#read.add(name);
    const value = this.values[name];
    if (value === undefined) return fallback;
    if (fits(value)) return value;
    const otherwise = fallback === undefined || typeof fallback === 'object' ? '' : ` for ${String(fallback)}`;
    this.#report(name, value, `it takes ${expected}`, `use such a value, or leave it out${otherwise}`);
    return fallback;
  }

  #report(name: string, value: Json | undefined, why: string, fix: string): void {
    const { owner, path, report } = this.origin;
    const what = `${this.prefix}${name} of ${owner} is ${value === undefined ? 'not given' : JSON.stringify(value)}`;
    report({ path: value === undefined ? path : [...path, name], problem: { what, why, fix } });
  }

  #nested(value: Parameters, name: string, path: DocumentPath): ParameterReader {
    const origin = { ...this.origin, path: [...this.origin.path, ...path] };
    const group = new ParameterReader(value, origin, `${this.prefix}${name}.`);
    this.#groups.push(group);
    return group;
  }
}

function isObject(value: Json): value is Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDuration(value: Json): value is string {
  return typeof value === 'string' && (parseGoDuration(value) ?? -1) >= 0;
}

function inRange(value: Json, { min = -Infinity, max = Infinity, above = -Infinity }: NumberRange): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max && value > above;
}

function rangeText({ min, max, above }: NumberRange): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (above !== undefined && max !== undefined) return ` above ${above} and up to ${max}`;
  if (min !== undefined) return ` of ${min} or more`;
  if (above !== undefined) return ` above ${above}`;
  return max === undefined ? '' : ` of at most ${max}`;
}
