import { at, type DocumentPath, type LocatedProblem } from '../../../core/located-problem';
import { nearMiss } from '../../../core/near-miss';
import { allOf, oneOf, type Problem } from '../../../core/problem';

/** What a value of a document must be. */
export type Shape =
  | { readonly kind: 'scalar'; readonly expected: string; readonly fits: (value: unknown) => boolean }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'object'; readonly fields: Fields }
  | { readonly kind: 'map' };

/** Fields of an object. */
export type Fields = Readonly<Record<string, Shape & { readonly required?: true }>>;

const scalar = (expected: string, fits: (value: unknown) => boolean): Shape => ({ kind: 'scalar', expected, fits });

/** Shapes of the values of a configuration. */
export const Shapes = Object.freeze({
  TEXT: scalar('a text that is not empty', (value) => typeof value === 'string' && value !== ''),
  NUMBER: scalar('a number', (value) => typeof value === 'number' && Number.isFinite(value)),
  INTEGER: scalar('a whole number', (value) => Number.isSafeInteger(value)),
  BOOLEAN: scalar('true or false', (value) => typeof value === 'boolean'),
  /** Any fields with any values. */
  MAP: { kind: 'map' } satisfies Shape,
  scalar,
  choice: (...choices: readonly string[]): Shape =>
    scalar(oneOf(choices), (value) => typeof value === 'string' && choices.includes(value)),
  list: (of: Shape): Shape => ({ kind: 'list', of }),
  object: (fields: Fields): Shape => ({ kind: 'object', fields }),
  required: <S extends Shape>(shape: S): S & { readonly required: true } => ({ ...shape, required: true }),
});

/** What fits of a value, and what does not. */
export interface Fitted {
  /** The value without what does not fit; undefined when nothing is left. */
  readonly value: unknown;
  readonly problems: readonly LocatedProblem[];
  /** The place in the document of a place in the value: lists may have lost items. */
  readonly place: (path: DocumentPath) => DocumentPath;
}

/** Compares a value with a shape. All problems are found; what has one is left out, so that checks can go on. */
export function fit(value: unknown, shape: Shape): Fitted {
  const fitting = new Fitting();
  const fitted = fitting.fit(value, shape, []);
  return { value: fitted, problems: fitting.problems, place: (path) => fitting.place(fitted, path) };
}

class Fitting {
  public readonly problems: LocatedProblem[] = [];
  /** Of each fitted list, the index that each item had. */
  readonly #indexes = new Map<unknown, readonly number[]>();

  public fit(value: unknown, shape: Shape, path: DocumentPath): unknown {
    switch (shape.kind) {
      case 'scalar':
        if (shape.fits(value)) return value;
        break;
      case 'map':
        if (isObject(value)) return value;
        break;
      case 'list':
        if (Array.isArray(value)) return this.#list(value, shape.of, path);
        break;
      case 'object':
        if (isObject(value)) return this.#object(value, shape.fields, path);
        break;
    }
    this.#report(path, wrong(path, value, shape));
    return undefined;
  }

  public place(root: unknown, path: DocumentPath): DocumentPath {
    let value = root;
    return path.map((step) => {
      const index = typeof step === 'number' ? this.#indexes.get(value)?.[step] : undefined;
      value = Array.isArray(value) || isObject(value) ? (value as Record<string | number, unknown>)[step] : undefined;
      return index ?? step;
    });
  }

  #list(values: readonly unknown[], of: Shape, path: DocumentPath): readonly unknown[] {
    const items = values.map((value, i) => [i, this.fit(value, of, [...path, i])] as const);
    const kept = items.filter(([, value]) => value !== undefined);
    const list = kept.map(([, value]) => value);
    this.#indexes.set(
      list,
      kept.map(([i]) => i),
    );
    return list;
  }

  #object(values: Readonly<Record<string, unknown>>, fields: Fields, path: DocumentPath): unknown {
    const fitted: Record<string, unknown> = {};
    let complete = true;
    for (const [name, shape] of Object.entries(fields)) {
      const value = values[name] ?? undefined;
      if (value !== undefined) fitted[name] = this.fit(value, shape, [...path, name]);
      else if (shape.required) this.#report(path, missing(path, name));
      if (shape.required && fitted[name] === undefined) complete = false;
    }
    const names = Object.keys(fields);
    for (const name of Object.keys(values).filter((given) => !Object.hasOwn(fields, given))) {
      this.#report([...path, name], unknown(path, name, names));
    }
    return complete ? withoutUndefined(fitted) : undefined;
  }

  #report(path: DocumentPath, problem: Problem): void {
    this.problems.push(...at(path, problem));
  }
}

function wrong(path: DocumentPath, value: unknown, shape: Shape): Problem {
  const expected = expectation(shape);
  return {
    what: `${show(path)} is ${typeof value === 'string' ? `'${value}'` : JSON.stringify(value)}`,
    why: `it must be ${expected}`,
    fix: `write ${expected}`,
  };
}

function expectation(shape: Shape): string {
  if (shape.kind === 'scalar') return shape.expected;
  return shape.kind === 'list' ? 'a list' : 'a group of fields';
}

function missing(path: DocumentPath, name: string): Problem {
  return { what: `${show(path)} has no field '${name}'`, why: 'it has no default', fix: `add ${name}` };
}

function unknown(path: DocumentPath, name: string, names: readonly string[]): Problem {
  const near = nearMiss(name, names);
  return {
    what: `${show(path)} has a field '${name}'`,
    why: 'the picker refuses to start with a field it does not know',
    fix: near === undefined ? `it knows ${allOf(names)}` : `did you mean ${near}?`,
  };
}

/** A path as a reader writes it: `plugins[2].parameters`. */
export function show(path: DocumentPath): string {
  if (path.length === 0) return 'config';
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutUndefined(values: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
