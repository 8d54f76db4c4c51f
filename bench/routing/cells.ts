/** What one run of the simulator is about. Plain data: it goes to other processes, and its text is the key of its result. */
export interface Cell {
  readonly kind: 'play' | 'capacity';
  readonly workload: string;
  readonly replicas: number;
  readonly policy: string;
  /** Requests a second; where a search for the capacity starts. */
  readonly rate: number;
  /** What is wrong with the pool. */
  readonly trouble: Trouble;
  readonly seed: number;
  /** Simulated time, s; the trace has its own. */
  readonly seconds: number;
}

/** Circumstances that a policy must bear. */
export const TROUBLES = [
  'metrics 250 ms apart',
  'metrics 1 s apart',
  'metrics 5 s apart',
  'no metrics of a third of the pods',
  'a pod dies',
  'a cold pod joins',
  'a pod is half as fast',
  'three pickers',
  'prompts taken for 3 times as long',
  'prompts taken for a third as long',
  'weights 3 times as high',
  'weights a third as high',
] as const;

export type Trouble = 'none' | (typeof TROUBLES)[number];

/** Key of a cell's result. */
export function keyOf(cell: Cell): string {
  return JSON.stringify(cell);
}

/** Result of a search for the capacity. */
export interface CapacityResult {
  readonly rate: number;
}
