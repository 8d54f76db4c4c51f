import { DEFAULT } from '../../lib/simulator/policies/default';
import { GOOD, type Lookup, type Measure, TPOT, TTFT } from './lookup';
import { geometricMean, markdownTable } from './markdown';
import { isOracle, MAIN_LOAD, ROUND_ROBIN, UPSTREAM_DEFAULT, UPSTREAM_STRONGEST } from './matrix';

/** What the default policy was to reach, and what it did reach. */
export function aimsTable(lookup: Lookup): string {
  const { workloads, policies } = lookup.matrix;
  const baselines = policies.filter((policy) => !isOracle(policy) && policy !== DEFAULT.name);
  const mean = (workload: string, policy: string, measure: Measure): number =>
    lookup.mean(workload, policy, MAIN_LOAD, measure);
  const own = (workload: string, measure: Measure): number => mean(workload, DEFAULT.name, measure);
  const against = (policy: string): number =>
    geometricMean(workloads.map((workload) => own(workload, TTFT) / mean(workload, policy, TTFT)));
  const best = (workload: string, measure: Measure): number =>
    Math.min(...baselines.map((policy) => mean(workload, policy, measure)));
  const mostGood = (workload: string): number => Math.max(...baselines.map((policy) => mean(workload, policy, GOOD)));
  const sustained = (workload: string): number =>
    lookup.capacity(workload, DEFAULT.name) / lookup.capacity(workload, UPSTREAM_STRONGEST);
  const boundSustained = (workload: string): number =>
    lookup.top(workload) / lookup.capacity(workload, UPSTREAM_STRONGEST);
  const each = (ratio: (workload: string) => number): readonly string[] =>
    workloads.map((workload) => ratio(workload).toFixed(2));
  const row = (aim: string, target: string, ratio: (workload: string) => number, all: number): readonly string[] => {
    return [aim, target, ...each(ratio), all.toFixed(2)];
  };
  const oracle = (workload: string): number => own(workload, TTFT) / lookup.bestOracle(workload, MAIN_LOAD);
  const perToken = (workload: string): number => own(workload, TPOT) / best(workload, TPOT);
  const good = (workload: string): number => own(workload, GOOD) / mostGood(workload);
  const any = (workload: string): number => own(workload, TTFT) / best(workload, TTFT);
  const over = (policy: string) => (workload: string) => own(workload, TTFT) / mean(workload, policy, TTFT);
  return markdownTable(
    ['default over', 'aim', ...workloads, 'all'],
    [
      row('best oracle, TTFT p90', '<= 1.10 each', oracle, Math.max(...workloads.map(oracle))),
      row(UPSTREAM_DEFAULT, '<= 0.60', over(UPSTREAM_DEFAULT), against(UPSTREAM_DEFAULT)),
      row(UPSTREAM_STRONGEST, '<= 0.85', over(UPSTREAM_STRONGEST), against(UPSTREAM_STRONGEST)),
      row(ROUND_ROBIN, '<= 0.05', over(ROUND_ROBIN), against(ROUND_ROBIN)),
      row('best baseline, TTFT p90', '<= 1.03 each', any, Math.max(...workloads.map(any))),
      row('best baseline, TPOT p90', '<= 1.02 each', perToken, Math.max(...workloads.map(perToken))),
      row('best baseline, goodput', '>= 0.98 each', good, Math.min(...workloads.map(good))),
      row(`${UPSTREAM_STRONGEST}, sustained load`, '>= 1.15', sustained, geometricMean(workloads.map(sustained))),
      row('best oracle over it, sustained load', '', boundSustained, geometricMean(workloads.map(boundSustained))),
    ],
  );
}
