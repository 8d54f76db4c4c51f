import { withoutHiccup } from './hiccup';

/** A line that is known already, and as how many observations it counts. */
export interface PriorLine {
  readonly base: number;
  readonly slope: number;
  readonly weight: number;
}

/**
 * Straight line through noisy observations of which old ones fade: least squares with a prior line, neither coefficient
 * negative. Outliers are cut, so the line follows a real change within a few dozen observations.
 */
export class DecayingLine {
  #weight = 0;
  #x = 0;
  #y = 0;
  #xx = 0;
  #xy = 0;
  readonly #kept: number;

  /** About the last `memory` observations count. */
  public constructor(memory: number) {
    this.#kept = 1 - 1 / memory;
  }

  /** Adds an observation; `expected` is what was thought to come. */
  public add(x: number, y: number, expected: number): void {
    const value = withoutHiccup(y, expected);
    this.#weight = this.#weight * this.#kept + 1;
    this.#x = this.#x * this.#kept + x;
    this.#y = this.#y * this.#kept + value;
    this.#xx = this.#xx * this.#kept + x * x;
    this.#xy = this.#xy * this.#kept + x * value;
  }

  /**
   * The line. The prior says that a value at `scale` is on its line, and one at 0 too: `scale` is where the
   * observations usually are.
   */
  public fit(prior: PriorLine, scale: number): { readonly base: number; readonly slope: number } {
    const half = prior.weight / 2;
    const n = this.#weight + prior.weight;
    const x = this.#x + half * scale;
    const y = this.#y + half * (2 * prior.base + prior.slope * scale);
    const xx = this.#xx + half * scale * scale;
    const xy = this.#xy + half * scale * (prior.base + prior.slope * scale);
    const spread = xx - (x * x) / n;
    const slope = spread > 0 ? (xy - (x * y) / n) / spread : prior.slope;
    const base = (y - slope * x) / n;
    if (base < 0) return { base: 0, slope: xx > 0 ? xy / xx : prior.slope };
    if (slope <= 0) return { base: Math.min(y / n, prior.base), slope: prior.slope / 4 };
    return { base, slope };
  }
}
