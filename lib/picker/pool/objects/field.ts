import type { DocumentPath, LocatedProblem } from '../../../core/located-problem';
import { nearMiss } from '../../../core/near-miss';
import { allOf, type Problem } from '../../../core/problem';

/** An object from outside, before anybody looked at it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Thrown by fields and caught by `locateIn`; never leaves this file. */
class Malformed extends Error {
  public constructor(public readonly located: LocatedProblem) {
    super(located.problem.what);
  }
}

/** Whether a value is an object, and neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Runs a reader of an object; the first field that cannot be read is the problem. */
export function readObject<T>(value: unknown, read: (root: Field) => T): T | Problem {
  const result = tryRead(new Field(value, []), read);
  return 'problem' in result ? result.problem : result.value;
}

/** Runs a reader of a part of an object; the first field that cannot be read is the problem. */
export function tryRead<T>(field: Field, read: (field: Field) => T): { readonly value: T } | LocatedProblem {
  try {
    return { value: read(field) };
  } catch (error) {
    if (error instanceof Malformed) return error.located;
    throw error;
  }
}

/** A place in an object that came from outside. Reading it as what it is not ends the reading of the object. */
export class Field {
  public constructor(
    public readonly value: unknown,
    /** From the root. */
    public readonly steps: DocumentPath,
  ) {}

  /** The steps as people write them, such as `spec.targetPorts[0].number`. */
  public get path(): string {
    const text = this.steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
    return text.startsWith('.') ? text.slice(1) : text;
  }

  /** Whether nothing is there; Kubernetes takes null for nothing. */
  public get missing(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** A member; missing where the object is. */
  public at(name: string): Field {
    const steps = [...this.steps, name];
    if (this.missing) return new Field(undefined, steps);
    if (!isJsonObject(this.value)) return this.fail('is no object', 'write its fields in it');
    return new Field(Object.hasOwn(this.value, name) ? this.value[name] : undefined, steps);
  }

  /** The items of a list; none where it is missing. */
  public items(): readonly Field[] {
    if (this.missing) return [];
    if (!Array.isArray(this.value)) return this.fail('is no list', 'write its items in a list');
    return this.value.map((item: unknown, i) => new Field(item, [...this.steps, i]));
  }

  /** Refuses members of other names: a slip of the fingers would go unnoticed. */
  public only(...names: readonly string[]): this {
    if (!isJsonObject(this.value)) return this.fail('is no object', 'write its fields in it');
    const unknown = Object.keys(this.value).find((name) => !names.includes(name));
    if (unknown === undefined) return this;
    const near = nearMiss(unknown, names);
    const fix = near === undefined ? `it takes ${allOf(names)}` : `did you mean ${near}?`;
    return this.at(unknown).fail('is no field that the picker knows', fix);
  }

  /** A text that is not empty. */
  public string(): string {
    if (typeof this.value === 'string' && this.value !== '') return this.value;
    return this.fail(this.missing ? 'is missing' : 'is no text', 'give it a text that is not empty');
  }

  public stringOr<T>(otherwise: T): string | T {
    return this.missing || this.value === '' ? otherwise : this.string();
  }

  public integer(min: number, max: number): number {
    const { value } = this;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    return this.fail(this.missing ? 'is missing' : 'is out of range', `use a whole number from ${min} to ${max}`);
  }

  public integerOr<T>(min: number, max: number, otherwise: T): number | T {
    return this.missing ? otherwise : this.integer(min, max);
  }

  public booleanOr(otherwise: boolean): boolean {
    if (this.missing) return otherwise;
    return typeof this.value === 'boolean' ? this.value : this.fail('is neither true nor false', 'use one of the two');
  }

  /** One of a few texts. */
  public oneOf<T extends string>(choices: readonly T[], otherwise: T): T {
    if (this.missing) return otherwise;
    const found = choices.find((choice) => choice === this.value);
    return found ?? this.fail('is none of the texts that it takes', `use ${choices.join(' or ')}`);
  }

  /** An object of texts, such as labels; empty where it is missing. */
  public texts(): Readonly<Record<string, string>> {
    if (this.missing) return {};
    if (!isJsonObject(this.value)) return this.fail('is no object', 'write name: value in it');
    return Object.fromEntries(Object.entries(this.value).map(([name, value]) => [name, this.#text(name, value)]));
  }

  /** Ends the reading of the object. */
  public fail(why: string, fix: string): never {
    const what = `${this.path === '' ? 'the object' : this.path} is ${this.#shown()}`;
    throw new Malformed({ path: this.steps, problem: { what, why: `it ${why}`, fix } });
  }

  #text(name: string, value: unknown): string {
    return typeof value === 'string' ? value : new Field(value, [...this.steps, name]).fail('is no text', 'quote it');
  }

  #shown(): string {
    if (this.missing) return 'not given';
    const text = JSON.stringify(this.value);
    return text.length > 80 ? `${text.slice(0, 77)}...` : text;
  }
}
