import { aimsTable, hasAims } from './aims';
import { TROUBLES } from './cells';
import { GOOD, type Load, Lookup, type Measure, TPOT, TTFT } from './lookup';
import { geometricMean, markdownTable, METRICS_HEAD, metricsOf, ms, percent } from './markdown';
import { isOracle, isSearched, MAIN_LOAD, type Matrix, ROUND_ROBIN, troublesOf, UPSTREAM_STRONGEST } from './matrix';
import type { Results } from './results';

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
      this.#table(MAIN_LOAD, TTFT, ms),
      ...(whole
        ? [
            `### Time per output token, p90 in ms: ${main}`,
            this.#table(MAIN_LOAD, TPOT, (value) => value.toFixed(1)),
            `### Requests within the objective: ${main}`,
            this.#table(MAIN_LOAD, GOOD, percent),
            "### Time to first token, p90 in ms: 90 % of the best oracle's load",
            this.#table('top', TTFT, ms),
            "### Requests within the objective: 90 % of the best oracle's load",
            this.#table('top', GOOD, percent),
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

  /** A row a policy, a column a workload; times also over the best oracle's, in the geometric mean. */
  #table(load: Load, measure: Measure, format: (value: number) => string): string {
    const { workloads, policies } = this.matrix;
    const lookup = this.#lookup;
    const isBounded = measure === TTFT && policies.some(isOracle);
    const rows = policies.map((policy) => {
      const values = workloads.map((workload) => lookup.mean(workload, policy, load, measure));
      const ratio = (): string =>
        geometricMean(values.map((value, i) => value / lookup.bestOracle(workloads[i] ?? '', load))).toFixed(2);
      return [policy, ...values.map(format), ...(isBounded ? [ratio()] : [])];
    });
    return markdownTable(['', ...workloads, ...(isBounded ? ['x best oracle'] : [])], rows);
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
        this.#single((workload, policy) => this.#lookup.summary(workload, policy, load).ttft.p90),
      ]);
  }

  #otherSizes(): readonly string[] {
    return this.matrix.otherReplicas.flatMap((replicas) => [
      `### Time to first token, p90 in ms: ${replicas} replicas, ${percent(MAIN_LOAD)} of round-robin's load`,
      this.#single((workload, policy) => this.#lookup.summary(workload, policy, MAIN_LOAD, replicas).ttft.p90),
    ]);
  }

  /** Numbers of the first seed. */
  #single(valueOf: (workload: string, policy: string) => number): string {
    const { workloads, policies } = this.matrix;
    const oracles = policies.filter(isOracle);
    const bests = workloads.map((workload) => Math.min(...oracles.map((policy) => valueOf(workload, policy))));
    const rows = policies.map((policy) => {
      const values = workloads.map((workload) => valueOf(workload, policy));
      const ratio = geometricMean(values.map((value, i) => value / (bests[i] ?? value)));
      return [policy, ...values.map(ms), ...(oracles.length === 0 ? [] : [ratio.toFixed(2)])];
    });
    return markdownTable(['', ...workloads, ...(oracles.length === 0 ? [] : ['x best oracle'])], rows);
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
    const p90 = (workload: string, policy: string): number => this.#lookup.mean(workload, policy, MAIN_LOAD, TTFT);
    return workloads.flatMap((workload) =>
      policies
        .filter((policy) => policy !== ROUND_ROBIN && p90(workload, policy) > p90(workload, ROUND_ROBIN))
        .map((policy) => `${workload}: ${policy} is slower than ${ROUND_ROBIN}`),
    );
  }
}
