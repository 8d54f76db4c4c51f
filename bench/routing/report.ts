import { aimsTable, hasAims } from './aims';
import { TROUBLES } from './cells';
import { GOOD, type Load, Lookup, type Measure, TPOT, TTFT } from './lookup';
import { geometricMean, markdownTable, METRICS_HEAD, metricsOf, ms, percent } from './markdown';
import { isOracle, isSearched, MAIN_LOAD, type Matrix, ROUND_ROBIN, troublesOf, UPSTREAM_STRONGEST } from './matrix';
import type { Results } from './results';

/** A number of a policy on a workload. */
type ValueOf = (workload: string, policy: string) => number;

/** The tables: those of `docs/routing.md`, and every number for who wants to look closer. */
export class RoutingReport {
  readonly #lookup: Lookup;

  public constructor(
    private readonly matrix: Matrix,
    results: Results,
  ) {
    this.#lookup = new Lookup(matrix, results);
  }

  public sustained(workload: string, replicas = this.matrix.replicas): number {
    return this.#lookup.sustained(workload, replicas);
  }

  /** The most that an oracle sustains. */
  public top(workload: string): number {
    return this.#lookup.top(workload);
  }

  /** What `docs/routing.md` shows. */
  public overview(): string {
    const { matrix } = this;
    const main = `${matrix.replicas} replicas, ${percent(MAIN_LOAD)} of round-robin's load`;
    const whole = matrix.known === undefined;
    return [
      ...(whole && hasAims(matrix) ? ['### Aims', aimsTable(this.#lookup)] : []),
      `### Time to first token, p90 in ms: ${main}`,
      this.#times(this.#mean(MAIN_LOAD, TTFT)),
      ...(whole
        ? [
            `### Time per output token, p90 in ms: ${main}`,
            this.#table(this.#mean(MAIN_LOAD, TPOT), (value) => value.toFixed(1)),
            `### Requests within the objective: ${main}`,
            this.#table(this.#mean(MAIN_LOAD, GOOD), percent),
            "### Time to first token, p90 in ms: 90 % of the best oracle's load",
            this.#times(this.#mean('top', TTFT)),
            "### Requests within the objective: 90 % of the best oracle's load",
            this.#table(this.#mean('top', GOOD), percent),
            '### Load that each policy sustains, requests a second',
            this.#capacities(),
            ...this.#otherLoads(),
            ...this.#otherSizes(),
          ]
        : []),
      ...(matrix.troubles
        ? [`### When something is wrong, over the same policy's p90 without it: ${main}`, this.#troubles()]
        : []),
      '',
    ].join('\n\n');
  }

  /** Every run of the first seed. */
  public details(): string {
    return [...this.matrix.workloads.flatMap((workload) => this.#ofWorkload(workload)), ''].join('\n\n');
  }

  /** A row a policy, a column a workload. */
  #table(valueOf: ValueOf, format: (value: number) => string): string {
    const { workloads, policies } = this.matrix;
    const rows = policies.map((policy) => [policy, ...workloads.map((workload) => format(valueOf(workload, policy)))]);
    return markdownTable(['', ...workloads], rows);
  }

  /** The same for times, and over the best oracle's in the geometric mean, where there is an oracle. */
  #times(valueOf: ValueOf): string {
    const { workloads, policies } = this.matrix;
    const oracles = policies.filter(isOracle);
    if (oracles.length === 0) return this.#table(valueOf, ms);
    const rows = policies.map((policy) => {
      const overBest = workloads.map((workload) => {
        return valueOf(workload, policy) / Math.min(...oracles.map((oracle) => valueOf(workload, oracle)));
      });
      const times = workloads.map((workload) => ms(valueOf(workload, policy)));
      return [policy, ...times, geometricMean(overBest).toFixed(2)];
    });
    return markdownTable(['', ...workloads, 'x best oracle'], rows);
  }

  /** A number over all seeds. */
  #mean(load: Load, measure: Measure): ValueOf {
    return (workload, policy) => this.#lookup.mean(workload, policy, load, measure);
  }

  #capacities(): string {
    const { workloads, policies } = this.matrix;
    const lookup = this.#lookup;
    const compared = policies.includes(UPSTREAM_STRONGEST);
    const rows = policies.filter(isSearched).map((policy) => {
      const rates = workloads.map((workload) => lookup.capacity(workload, policy));
      const overStrongest = (rate: number, i: number): number =>
        rate / lookup.capacity(workloads[i] ?? '', UPSTREAM_STRONGEST);
      const ratio = compared ? [geometricMean(rates.map(overStrongest)).toFixed(2)] : [];
      return [policy, ...rates.map((rate) => rate.toPrecision(3)), ...ratio];
    });
    return markdownTable(['', ...workloads, ...(compared ? [`x ${UPSTREAM_STRONGEST}`] : [])], rows);
  }

  #otherLoads(): readonly string[] {
    return this.matrix.loads
      .filter((load) => load !== MAIN_LOAD)
      .flatMap((load) => [
        `### Time to first token, p90 in ms: ${this.matrix.replicas} replicas, ${percent(load)} of round-robin's load`,
        this.#times((workload, policy) => this.#lookup.summary(workload, policy, load).ttft.p90),
      ]);
  }

  #otherSizes(): readonly string[] {
    return this.matrix.otherReplicas.flatMap((replicas) => [
      `### Time to first token, p90 in ms: ${replicas} replicas, ${percent(MAIN_LOAD)} of round-robin's load`,
      this.#times((workload, policy) => this.#lookup.summary(workload, policy, MAIN_LOAD, replicas).ttft.p90),
    ]);
  }

  #ofWorkload(workload: string): readonly string[] {
    const { matrix } = this;
    const table = (load: Load, replicas = matrix.replicas): string => {
      const rows = matrix.policies.map((policy) => [
        policy,
        ...metricsOf(this.#lookup.summary(workload, policy, load, replicas)),
      ]);
      return markdownTable(['', ...METRICS_HEAD], rows);
    };
    const titleOf = (load: Load, replicas: number): string => {
      const of = load === 'top' ? "90 % of the best oracle's load" : `${percent(load)} of round-robin's load`;
      const rate = this.#lookup.rate(workload, load, replicas).toPrecision(3);
      return `${replicas} replicas, ${of}, ${rate} requests a second:`;
    };
    const loads: readonly Load[] = [...matrix.loads, 'top'];
    return [
      `## ${workload}`,
      ...loads.flatMap((load) => [titleOf(load, matrix.replicas), table(load)]),
      ...matrix.otherReplicas.flatMap((replicas) => [titleOf(MAIN_LOAD, replicas), table(MAIN_LOAD, replicas)]),
    ];
  }

  /** p90 of the time to first token under each trouble over that without it; geometric mean, and the worst workload. */
  #troubles(): string {
    const policies = this.matrix.policies.filter((policy) => !isOracle(policy));
    const rows = TROUBLES.map((trouble) => [
      trouble,
      ...policies.map((policy) => (troublesOf(policy).includes(trouble) ? this.#trouble(policy, trouble) : '-')),
    ]);
    return markdownTable(['mean (worst workload)', ...policies], rows);
  }

  #trouble(policy: string, trouble: (typeof TROUBLES)[number]): string {
    const { workloads, replicas } = this.matrix;
    const ratios = workloads.map((workload) => {
      const troubled = this.#lookup.summary(workload, policy, MAIN_LOAD, replicas, trouble);
      return troubled.ttft.p90 / this.#lookup.summary(workload, policy, MAIN_LOAD).ttft.p90;
    });
    return `${geometricMean(ratios).toFixed(2)} (${Math.max(...ratios).toFixed(1)})`;
  }

  /** Whether the order that must hold in any case does; for the quick run. */
  public sanity(): readonly string[] {
    const { workloads, policies } = this.matrix;
    const p90 = this.#mean(MAIN_LOAD, TTFT);
    return workloads.flatMap((workload) =>
      policies
        .filter((policy) => policy !== ROUND_ROBIN && p90(workload, policy) > p90(workload, ROUND_ROBIN))
        .map((policy) => `${workload}: ${policy} is slower than ${ROUND_ROBIN}`),
    );
  }
}
