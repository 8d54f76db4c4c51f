import { TROUBLES } from './cells';
import { geometricMean, markdownTable, METRICS_HEAD, metricsOf, ms } from './markdown';
import {
  capacityCell,
  isOracle,
  MAIN_LOAD,
  type Matrix,
  playCell,
  ROUND_ROBIN,
  TOP_LOAD,
  troublesOf,
  UPSTREAM_STRONGEST,
} from './matrix';
import type { Results } from './results';

/** The tables of `docs/routing.md`. */
export class RoutingReport {
  public constructor(
    private readonly matrix: Matrix,
    private readonly results: Results,
  ) {}

  public sustained(workload: string, replicas = this.matrix.replicas): number {
    const known = this.matrix.known?.[workload];
    if (known !== undefined) return known * replicas;
    return this.results.rate(capacityCell(this.matrix, workload, ROUND_ROBIN, replicas));
  }

  /** The most that an oracle sustains. */
  public top(workload: string): number {
    if (this.matrix.known !== undefined) return this.sustained(workload);
    const rates = this.matrix.policies
      .filter(isOracle)
      .map((policy) => this.results.rate(capacityCell(this.matrix, workload, policy)));
    return Math.max(...rates, this.sustained(workload));
  }

  public markdown(): string {
    const { matrix } = this;
    return [
      `### Summary: p90 of the time to first token, ${matrix.replicas} replicas, ${MAIN_LOAD * 100} % load`,
      this.#overview(MAIN_LOAD),
      `### The same at 90 % of what an oracle sustains`,
      this.#overview('top'),
      ...(matrix.known === undefined
        ? ['### Load that each policy sustains, requests a second', this.#capacities()]
        : []),
      ...matrix.workloads.flatMap((workload) => this.#ofWorkload(workload)),
      ...(matrix.troubles ? ['### When something is wrong', this.#troubles()] : []),
      '',
    ].join('\n\n');
  }

  #rate(workload: string, load: number | 'top'): number {
    return load === 'top' ? TOP_LOAD * this.top(workload) : load * this.sustained(workload);
  }

  #p90(workload: string, policy: string, load: number | 'top'): number {
    const cell = playCell(this.matrix, workload, policy, this.#rate(workload, load));
    return geometricMean(this.matrix.seeds.map((seed) => this.results.summary({ ...cell, seed }).ttft.p90));
  }

  /** A row a policy, a column a workload, and the geometric mean of the ratios to the best oracle. */
  #overview(load: number | 'top'): string {
    const { workloads, policies } = this.matrix;
    const best = workloads.map((workload) =>
      Math.min(...policies.filter(isOracle).map((policy) => this.#p90(workload, policy, load))),
    );
    const rows = policies.map((policy) => {
      const values = workloads.map((workload) => this.#p90(workload, policy, load));
      const ratio = geometricMean(values.map((value, i) => value / (best[i] ?? value)));
      return [policy, ...values.map(ms), ratio.toFixed(2)];
    });
    return markdownTable(['ms', ...workloads, 'x best oracle'], rows);
  }

  #capacities(): string {
    const { workloads, policies } = this.matrix;
    const rows = policies.map((policy) => {
      const rates = workloads.map((workload) => this.results.rate(capacityCell(this.matrix, workload, policy)));
      const ratio = geometricMean(
        rates.map((rate, i) => {
          const strongest = capacityCell(this.matrix, workloads[i] ?? '', UPSTREAM_STRONGEST);
          return rate / this.results.rate(strongest);
        }),
      );
      return [policy, ...rates.map((rate) => rate.toPrecision(3)), ratio.toFixed(2)];
    });
    return markdownTable(['requests/s', ...workloads, `x ${UPSTREAM_STRONGEST}`], rows);
  }

  #ofWorkload(workload: string): readonly string[] {
    const { matrix } = this;
    const loads: readonly (number | 'top')[] = [...matrix.loads, 'top'];
    const sections = loads.map((load) => {
      const rate = this.#rate(workload, load);
      const rows = matrix.policies.map((policy) => {
        return [policy, ...metricsOf(this.results.summary(playCell(matrix, workload, policy, rate)))];
      });
      const title = load === 'top' ? "90 % of an oracle's" : `${load * 100} % of round-robin's`;
      return [`${title}, ${rate.toPrecision(3)} requests a second:`, markdownTable(['ms', ...METRICS_HEAD], rows)];
    });
    const sizes = matrix.otherReplicas.map((replicas) => {
      const rate = MAIN_LOAD * this.sustained(workload, replicas);
      const rows = matrix.policies.map((policy) => {
        return [policy, ...metricsOf(this.results.summary(playCell(matrix, workload, policy, rate, replicas)))];
      });
      return [`${replicas} replicas, 80 %:`, markdownTable(['ms', ...METRICS_HEAD], rows)];
    });
    return [`### ${workload}`, ...sections.flat(), ...sizes.flat()];
  }

  /** p90 of TTFT under each trouble, as a multiple of the same policy's without it; geometric mean over workloads. */
  #troubles(): string {
    const { matrix } = this;
    const rows = matrix.policies
      .filter((policy) => !isOracle(policy))
      .map((policy) => {
        const known = troublesOf(policy);
        return [policy, ...TROUBLES.map((trouble) => (known.includes(trouble) ? this.#trouble(policy, trouble) : '-'))];
      });
    return markdownTable(['x its own p90', ...TROUBLES], rows);
  }

  #trouble(policy: string, trouble: (typeof TROUBLES)[number]): string {
    const { matrix } = this;
    const ratios = matrix.workloads.map((workload) => {
      const rate = this.#rate(workload, MAIN_LOAD);
      const cell = playCell(matrix, workload, policy, rate, matrix.replicas, trouble);
      const without = playCell(matrix, workload, policy, rate);
      return this.results.summary(cell).ttft.p90 / this.results.summary(without).ttft.p90;
    });
    return geometricMean(ratios).toFixed(2);
  }

  /** Whether the order that must hold in any case does; for the quick run. */
  public sanity(): readonly string[] {
    const { workloads, policies } = this.matrix;
    return workloads.flatMap((workload) => {
      const worst = this.#p90(workload, ROUND_ROBIN, MAIN_LOAD);
      return policies
        .filter((policy) => policy !== ROUND_ROBIN && this.#p90(workload, policy, MAIN_LOAD) > worst)
        .map((policy) => `${workload}: ${policy} is slower than ${ROUND_ROBIN}`);
    });
  }
}
