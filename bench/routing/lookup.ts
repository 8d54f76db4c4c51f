import type { Summary } from '../../lib/simulator/summary';
import type { Trouble } from './cells';
import { geometricMean } from './markdown';
import { capacityCell, isOracle, isSearched, type Matrix, playCell, ROUND_ROBIN, TOP_LOAD } from './matrix';
import type { Results } from './results';

/** A part of what round-robin sustains, or most of what the best oracle does. */
export type Load = number | 'top';

/** A number of a run; the geometric mean of it is taken over seeds. */
export type Measure = (summary: Summary) => number;

export const TTFT: Measure = ({ ttft }) => ttft.p90;
export const TPOT: Measure = ({ tpot }) => tpot.p90;
/** Part of the requests within the objective, never 0: it stands in geometric means. */
export const GOOD: Measure = ({ goodPart }) => Math.max(goodPart, 1e-6);

/** Finds the results of a matrix. */
export class Lookup {
  public constructor(
    public readonly matrix: Matrix,
    private readonly results: Results,
  ) {}

  /** What round-robin sustains, requests a second. */
  public sustained(workload: string, replicas = this.matrix.replicas): number {
    const known = this.matrix.known?.[workload];
    if (known !== undefined) return known * replicas;
    return this.results.rate(capacityCell(this.matrix, workload, ROUND_ROBIN, replicas));
  }

  public capacity(workload: string, policy: string): number {
    return this.results.rate(capacityCell(this.matrix, workload, policy));
  }

  /** The most that an oracle sustains. */
  public top(workload: string): number {
    if (this.matrix.known !== undefined) return this.sustained(workload);
    const oracles = this.matrix.policies.filter((policy) => isOracle(policy) && isSearched(policy));
    return Math.max(this.sustained(workload), ...oracles.map((policy) => this.capacity(workload, policy)));
  }

  public rate(workload: string, load: Load, replicas = this.matrix.replicas): number {
    return load === 'top' ? TOP_LOAD * this.top(workload) : load * this.sustained(workload, replicas);
  }

  /** One run, of the first seed. */
  public summary(
    workload: string,
    policy: string,
    load: Load,
    replicas = this.matrix.replicas,
    trouble: Trouble = 'none',
  ): Summary {
    const rate = this.rate(workload, load, replicas);
    return this.results.summary(playCell(this.matrix, workload, policy, rate, replicas, trouble));
  }

  /** A number over all seeds. */
  public mean(workload: string, policy: string, load: Load, measure: Measure): number {
    const cell = playCell(this.matrix, workload, policy, this.rate(workload, load));
    return geometricMean(this.matrix.seeds.map((seed) => measure(this.results.summary({ ...cell, seed }))));
  }

  /** The least p90 of the time to first token that an oracle reaches, ms. */
  public bestOracle(workload: string, load: Load): number {
    const oracles = this.matrix.policies.filter(isOracle);
    return Math.min(...oracles.map((policy) => this.mean(workload, policy, load, TTFT)));
  }
}
