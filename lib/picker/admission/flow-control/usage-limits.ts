import type { UsageLimitSettings } from '../settings';

/** How much saturation each band may use. */
export interface UsageLimit {
  /**
   * The saturation from which the band at `rank` is held back; `priorities` are those of all bands, highest first.
   * Asked once for each request that might go on.
   */
  ceiling(rank: number, priorities: readonly number[], saturation: number): number;
}

/** The policy that the settings ask for. */
export function createUsageLimit(settings: UsageLimitSettings): UsageLimit {
  switch (settings.kind) {
    case 'static':
      return { ceiling: () => settings.threshold };
    case 'priority-holdback':
      return settings.domain === 'rank' ? holdbackByRank(settings) : holdbackByValue(settings);
    case 'soft-reflective-ceiling':
      return new SoftReflectiveCeiling();
  }
}

interface Ceilings {
  readonly minCeiling: number;
  readonly maxCeiling: number;
}

function holdbackByRank({ minCeiling, maxCeiling }: Ceilings): UsageLimit {
  return {
    ceiling(rank, priorities) {
      if (priorities.length < 2) return maxCeiling;
      return maxCeiling - (rank * (maxCeiling - minCeiling)) / (priorities.length - 1);
    },
  };
}

function holdbackByValue({ minCeiling, maxCeiling }: Ceilings): UsageLimit {
  return {
    ceiling(rank, priorities) {
      const highest = priorities[0] ?? 0;
      const lowest = priorities.at(-1) ?? 0;
      if (highest === lowest) return maxCeiling;
      const place = ((priorities[rank] ?? lowest) - lowest) / (highest - lowest);
      return minCeiling + place * (maxCeiling - minCeiling);
    },
  };
}

/**
 * The highest band is never held back. The others have a ceiling that sinks as the pool fills; past it they go on in
 * ever fewer of their attempts, and in none while the pool is full.
 */
class SoftReflectiveCeiling implements UsageLimit {
  /** Attempts since each rank last went on. */
  readonly #attempts: number[] = [];

  public ceiling(rank: number, priorities: readonly number[], saturation: number): number {
    if (rank === 0) return 1;
    if (saturation >= 1) return 0;
    if (saturation < 1 - (rank * saturation) / (priorities.length - 1)) return 1;
    const period = Math.max(1, Math.round(saturation / (1 - saturation)));
    const attempt = ((this.#attempts[rank] ?? 0) + 1) % period;
    this.#attempts[rank] = attempt;
    return attempt === 0 ? 1 : 0;
  }
}
