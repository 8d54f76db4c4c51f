/** Value of a label in place of those beyond its limit. */
export const OTHER = 'other';

/** Longest value that a client can choose, characters: it stands in each of a page's thousands of lines. */
const LONGEST = 256;

/** Lets so many different values of a label through that a client can choose, for good: the rest become one. */
export class LabelCap {
  readonly #known = new Set<string>();
  readonly #limit: number;

  public constructor(limit: number) {
    this.#limit = limit;
  }

  public of(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#limit || value.length > LONGEST) return OTHER;
    this.#known.add(value);
    return value;
  }

  /** Lets a value through whatever the limit: one that whoever runs the picker chose. */
  public always(value: string): void {
    this.#known.add(value);
  }
}
