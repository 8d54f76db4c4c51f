/** What the pool needs to know of a pod. */
export interface PodFacts {
  readonly name: string;
  readonly namespace: string;
  /** Tells a pod from a former one of its name. */
  readonly uid: string;
  /** IP address; undefined while it has none. */
  readonly address: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it takes requests: its condition Ready is true and it is not being deleted. */
  readonly ready: boolean;
  /** Ports that take requests; undefined for all of the pool's. */
  readonly activePorts: ReadonlySet<number> | undefined;
  /** Ports of this pod alone, where there is no pool that says them; undefined for the pool's. */
  readonly ports: readonly number[] | undefined;
}

/** What a pool says of its pods. */
export interface PoolSpec {
  /** Labels that its pods have; undefined where every known pod is its own. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** Ports of each pod, one endpoint for each. */
  readonly targetPorts: readonly number[];
}

/** Whether labels have all that a selector asks for. */
export function matchesLabels(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  return selector === undefined || Object.entries(selector).every(([name, value]) => labels[name] === value);
}

/** Whether two sets of labels say the same. */
export function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return a === b || (Object.keys(a).length === Object.keys(b).length && matchesLabels(a, b));
}
