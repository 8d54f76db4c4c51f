import { DEFAULT } from '../../lib/simulator/policies/default';
import { GOOD, type Lookup, type Measure, TPOT, TTFT } from './lookup';
import { geometricMean, markdownTable } from './markdown';
import { isOracle, MAIN_LOAD, type Matrix, ROUND_ROBIN, UPSTREAM_DEFAULT, UPSTREAM_STRONGEST } from './matrix';

type Ratio = (workload: string) => number;
type Together = (ratios: readonly number[]) => number;

const most: Together = (ratios) => Math.max(...ratios);
const least: Together = (ratios) => Math.min(...ratios);

/** Policies that the aims are about, beside any oracle. */
const COMPARED = [DEFAULT.name, UPSTREAM_DEFAULT, UPSTREAM_STRONGEST, ROUND_ROBIN];

/** Whether a matrix has what the aims compare. */
export function hasAims({ policies }: Matrix): boolean {
  return COMPARED.every((policy) => policies.includes(policy)) && policies.some(isOracle);
}

/** What the default policy was to reach, and what it did reach: a row an aim, a column a workload. */
export function aimsTable(lookup: Lookup): string {
  const { workloads, policies } = lookup.matrix;
  const baselines = policies.filter((policy) => !isOracle(policy) && policy !== DEFAULT.name);
  const mean = (workload: string, policy: string, measure: Measure): number =>
    lookup.mean(workload, policy, MAIN_LOAD, measure);
  const over =
    (policy: string): Ratio =>
    (workload) =>
      mean(workload, DEFAULT.name, TTFT) / mean(workload, policy, TTFT);
  const overBest =
    (measure: Measure, best: Together): Ratio =>
    (workload) =>
      mean(workload, DEFAULT.name, measure) / best(baselines.map((policy) => mean(workload, policy, measure)));
  const overStrongest =
    (sustained: Ratio): Ratio =>
    (workload) =>
      sustained(workload) / lookup.capacity(workload, UPSTREAM_STRONGEST);

  const row = (what: string, aim: string, ratio: Ratio, together: Together): readonly string[] => {
    const ratios = workloads.map(ratio);
    return [what, aim, ...[...ratios, together(ratios)].map((value) => value.toFixed(2))];
  };
  return markdownTable(
    ['default over', 'aim', ...workloads, 'all'],
    [
      row(
        'best oracle, TTFT',
        'each <= 1.10',
        (workload) => mean(workload, DEFAULT.name, TTFT) / lookup.bestOracle(workload, MAIN_LOAD),
        most,
      ),
      row(`${UPSTREAM_DEFAULT}, TTFT`, '<= 0.60', over(UPSTREAM_DEFAULT), geometricMean),
      row(`${UPSTREAM_STRONGEST}, TTFT`, '<= 0.85', over(UPSTREAM_STRONGEST), geometricMean),
      row(`${ROUND_ROBIN}, TTFT`, '<= 0.05', over(ROUND_ROBIN), geometricMean),
      row('best baseline, TTFT', 'each <= 1.03', overBest(TTFT, least), most),
      row('best baseline, TPOT', 'each <= 1.02', overBest(TPOT, least), most),
      row('best baseline, goodput', 'each >= 0.98', overBest(GOOD, most), least),
      row(
        `${UPSTREAM_STRONGEST}, sustained load`,
        '>= 1.15',
        overStrongest((workload) => lookup.capacity(workload, DEFAULT.name)),
        geometricMean,
      ),
      row(
        'for comparison: an oracle, sustained load',
        '',
        overStrongest((workload) => lookup.top(workload)),
        geometricMean,
      ),
    ],
  );
}
