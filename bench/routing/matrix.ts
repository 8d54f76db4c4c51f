import { WORKLOADS } from '../../lib/simulator/workloads/catalog';
import { POLICIES } from '../../lib/simulator/policies/catalog';
import { DEFAULT } from '../../lib/simulator/policies/default';
import { type Cell, type Trouble, TROUBLES } from './cells';
import { hasTrace, TRACE } from './run-cell';

/** How much is played. */
export interface Matrix {
  readonly workloads: readonly string[];
  readonly policies: readonly string[];
  /** The size that everything is compared at, and the others. */
  readonly replicas: number;
  readonly otherReplicas: readonly number[];
  /** Parts of the load that round-robin sustains. */
  readonly loads: readonly number[];
  readonly seconds: number;
  /** Summaries are the geometric mean over these; all else is of the first. */
  readonly seeds: readonly number[];
  readonly troubles: boolean;
  /** Requests a second that a replica sustains, where they are not searched for. */
  readonly known?: Readonly<Record<string, number>>;
}

/** Where searches for the capacity start, requests a second for each pod. */
const START: Readonly<Record<string, number>> = { chat: 8.6, documents: 2.1, agents: 6.6, trace: 0.6, lora: 12 };
/** What an oracle sustains takes minutes to find out, so it is found out for these only. */
const SEARCHED_ORACLES = ['oracle-kind', 'oracle-thrifty'];

export const ROUND_ROBIN = 'round-robin';
export const UPSTREAM_DEFAULT = 'upstream-default';
export const UPSTREAM_STRONGEST = 'upstream-strongest';

/** Oracles are several; the best of them in a case is the bound. */
export const isOracle = (policy: string): boolean => policy.startsWith('oracle');

/** Whether it is known what a policy sustains. */
export const isSearched = (policy: string): boolean => !isOracle(policy) || SEARCHED_ORACLES.includes(policy);

export const FULL: Matrix = {
  workloads: [...WORKLOADS.map(({ name }) => name), ...(hasTrace() ? [TRACE] : [])],
  policies: POLICIES.map(({ name }) => name),
  replicas: 8,
  otherReplicas: [4, 32],
  loads: [0.5, 0.7, 0.8, 0.9],
  seconds: 240,
  seeds: [1, 2, 3],
  troubles: true,
};

export const QUICK: Matrix = {
  workloads: ['chat', 'agents'],
  policies: [ROUND_ROBIN, UPSTREAM_DEFAULT, UPSTREAM_STRONGEST, 'oracle'],
  replicas: 4,
  otherReplicas: [],
  loads: [0.8],
  seconds: 100,
  seeds: [1],
  troubles: false,
  known: { chat: 8, agents: 2 },
};

const base = (matrix: Matrix, workload: string, policy: string, replicas: number): Cell => ({
  kind: 'play',
  workload,
  replicas,
  policy,
  rate: 0,
  trouble: 'none',
  seed: matrix.seeds[0] ?? 1,
  seconds: matrix.seconds,
});

/** The search for what a policy sustains. */
export function capacityCell(matrix: Matrix, workload: string, policy: string, replicas = matrix.replicas): Cell {
  const rate = (START[workload] ?? 8) * replicas;
  return { ...base(matrix, workload, policy, replicas), kind: 'capacity', rate };
}

export function capacityCells(matrix: Matrix): readonly Cell[] {
  return matrix.workloads.flatMap((workload) => [
    // Loads are parts of what round-robin sustains, whether it is compared or not.
    ...[...new Set([ROUND_ROBIN, ...matrix.policies.filter(isSearched)])].map((policy) =>
      capacityCell(matrix, workload, policy),
    ),
    ...matrix.otherReplicas.map((replicas) => capacityCell(matrix, workload, ROUND_ROBIN, replicas)),
  ]);
}

/** A run at some rate. */
export function playCell(
  matrix: Matrix,
  workload: string,
  policy: string,
  rate: number,
  replicas = matrix.replicas,
  trouble: Cell['trouble'] = 'none',
): Cell {
  return { ...base(matrix, workload, policy, replicas), rate: Number(rate.toPrecision(4)), trouble };
}

/** Every run, once the capacities are known. */
export function playCells(
  matrix: Matrix,
  sustained: (workload: string, replicas: number) => number,
  top: (workload: string) => number,
): readonly Cell[] {
  const { replicas, otherReplicas, loads, seeds } = matrix;
  return matrix.workloads.flatMap((workload) => {
    const main = MAIN_LOAD * sustained(workload, replicas);
    const highest = TOP_LOAD * top(workload);
    return matrix.policies.flatMap((policy) => [
      ...loads.map((load) => playCell(matrix, workload, policy, load * sustained(workload, replicas))),
      ...[main, highest].flatMap((rate) =>
        seeds.map((seed) => ({ ...playCell(matrix, workload, policy, rate), seed })),
      ),
      ...otherReplicas.map((count) =>
        playCell(matrix, workload, policy, MAIN_LOAD * sustained(workload, count), count),
      ),
      ...(matrix.troubles ? troublesOf(policy) : []).map((trouble) =>
        playCell(matrix, workload, policy, main, replicas, trouble),
      ),
    ]);
  });
}

/** Troubles that make a difference to a policy. */
export function troublesOf(policy: string): readonly Trouble[] {
  if (isOracle(policy)) return [];
  return TROUBLES.filter((trouble) => policy === DEFAULT.name || !trouble.startsWith('weights'));
}

/** The load that goals are stated for. */
export const MAIN_LOAD = 0.8;

/** Part of what the best oracle sustains. */
export const TOP_LOAD = 0.9;
