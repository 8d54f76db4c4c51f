import type { Problem } from '../../core/problem';
import { isJsonObject, type JsonObject } from '../pool/objects/field';
import type { ObjectSink } from './kube-reflector';

/** The name of an object that may be anything. */
export function nameOf(object: unknown): string {
  const metadata = isJsonObject(object) ? object['metadata'] : undefined;
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : '';
}

/**
 * Objects of a resource by their names, parsed, for resources that have few: every change gives all of them anew. An
 * object that cannot be read is left out, even where it could be before: nobody would expect its former text to count.
 */
export class KeyedSink<T extends object> implements ObjectSink {
  readonly #known = new Map<string, T>();

  public constructor(
    private readonly resource: string,
    private readonly parse: (object: unknown) => T | Problem,
    private readonly observer: { skipped?(resource: string, name: string, problem: Problem): void } | undefined,
    private readonly changed: (all: readonly T[]) => void,
  ) {}

  public replace(objects: readonly JsonObject[]): void {
    this.#known.clear();
    for (const object of objects) this.#put(object);
    this.#tell();
  }

  public upsert(object: JsonObject): void {
    this.#put(object);
    this.#tell();
  }

  public remove(object: JsonObject): void {
    this.#known.delete(nameOf(object));
    this.#tell();
  }

  #put(object: JsonObject): void {
    const name = nameOf(object);
    const parsed = this.parse(object);
    if (isProblem(parsed)) {
      this.#known.delete(name);
      this.observer?.skipped?.(this.resource, name, parsed);
    } else this.#known.set(name, parsed);
  }

  #tell(): void {
    this.changed([...this.#known.values()]);
  }
}

function isProblem(parsed: object): parsed is Problem {
  return 'what' in parsed;
}
