import { WORKLOADS } from '../../lib/simulator/workloads/catalog';
import { POLICIES } from '../../lib/simulator/policies/catalog';
import { type Cell, TROUBLES } from './cells';
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
  readonly troubles: boolean;
  /** Requests a second that a replica sustains, where they are not searched for. */
  readonly known?: Readonly<Record<string, number>>;
}

/** Where searches for the capacity start, requests a second for each pod. */
const START: Readonly<Record<string, number>> = { documents: 0.5, agents: 3, trace: 0.2, lora: 15 };
const SEED = 1;

export const ROUND_ROBIN = 'round-robin';
export const UPSTREAM_DEFAULT = 'upstream-default';
export const UPSTREAM_STRONGEST = 'upstream-strongest';

/** Oracles are several; the best of them in a case is the bound. */
export const isOracle = (policy: string): boolean => policy.startsWith('oracle');

export const FULL: Matrix = {
  workloads: [...WORKLOADS.map(({ name }) => name), ...(hasTrace() ? [TRACE] : [])],
  policies: POLICIES.map(({ name }) => name),
  replicas: 8,
  otherReplicas: [4, 32],
  loads: [0.5, 0.7, 0.8, 0.9],
  seconds: 240,
  troubles: true,
};

export const QUICK: Matrix = {
  workloads: ['chat', 'agents'],
  policies: [ROUND_ROBIN, UPSTREAM_DEFAULT, UPSTREAM_STRONGEST, 'oracle'],
  replicas: 4,
  otherReplicas: [],
  loads: [0.8],
  seconds: 100,
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
  seed: SEED,
  seconds: matrix.seconds,
});

/** The search for what a policy sustains. */
export function capacityCell(matrix: Matrix, workload: string, policy: string, replicas = matrix.replicas): Cell {
  const rate = (START[workload] ?? 8) * replicas;
  return { ...base(matrix, workload, policy, replicas), kind: 'capacity', rate };
}

export function capacityCells(matrix: Matrix): readonly Cell[] {
  return matrix.workloads.flatMap((workload) => [
    ...matrix.policies.map((policy) => capacityCell(matrix, workload, policy)),
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
  return matrix.workloads.flatMap((workload) =>
    matrix.policies.flatMap((policy) => [
      ...matrix.loads.map((load) => playCell(matrix, workload, policy, load * sustained(workload, matrix.replicas))),
      playCell(matrix, workload, policy, 0.9 * top(workload)),
      ...matrix.otherReplicas.map((replicas) =>
        playCell(matrix, workload, policy, MAIN_LOAD * sustained(workload, replicas), replicas),
      ),
      ...(matrix.troubles
        ? TROUBLES.map((trouble) =>
            playCell(
              matrix,
              workload,
              policy,
              MAIN_LOAD * sustained(workload, matrix.replicas),
              matrix.replicas,
              trouble,
            ),
          )
        : []),
    ]),
  );
}

/** The load that goals are stated for. */
export const MAIN_LOAD = 0.8;
