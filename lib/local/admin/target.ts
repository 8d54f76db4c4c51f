import type { LocalState } from './state';

/** A load as the page asks for it. */
export interface LoadRequest {
  readonly workload: string;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** What the page shows and changes. What throws a ValidationError is told to the user. */
export interface AdminTarget {
  state(): LocalState;
  /** Starts a pod, and returns its name. */
  addPod(lane: string, deployment: string): Promise<string>;
  killPod(name: string): Promise<void>;
  /** Sends a workload to all lanes. */
  startLoad(load: LoadRequest): Promise<void>;
  stopLoad(): Promise<void>;
}
