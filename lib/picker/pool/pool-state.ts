import type { Endpoint, EndpointLoad, EndpointMetrics } from '../scheduling/endpoint';
import type { Clock, Release } from '../time';
import { matchesLabels, type PodFacts, type PoolSpec, sameLabels } from './pod-facts';
import { PoolEndpoint } from './pool-endpoint';
import { Slots } from './slots';
import type { PoolView } from './views';

/** What a pool is called, and what its endpoints are made with. */
export interface PoolStateOptions {
  readonly name: string;
  readonly namespace: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Makes the load of a new endpoint: `InFlight.attach`. */
  readonly attach: () => EndpointLoad;
}

/** Told of changes after the pool shows them. Must not throw, and must not change the pool. */
export interface PoolListener {
  added?(endpoint: Endpoint): void;
  removed?(endpoint: Endpoint): void;
  /** New metrics of an endpoint are in place. */
  measured?(endpoint: Endpoint, metrics: EndpointMetrics): void;
}

interface KnownPod {
  facts: PodFacts;
  endpoints: readonly PoolEndpoint[];
}

/** Changes of one step, so that listeners and readers see whole steps only. */
interface Step {
  readonly added: PoolEndpoint[];
  readonly removed: PoolEndpoint[];
  relabelled: boolean;
}

const NO_ENDPOINTS: readonly Endpoint[] = Object.freeze([]);

/**
 * The pool and its pods as far as they are known: the only writer of endpoints and their metrics. A pod has an endpoint
 * for each port while it is ready, and loses them at once when it is not. A pod that comes back, or another one of its
 * name, gets new endpoints: nothing that was learnt of the old ones holds for it.
 */
export class PoolState implements PoolView {
  public readonly name: string;
  public readonly namespace: string;
  readonly #pods = new Map<string, KnownPod>();
  readonly #slots = new Slots();
  readonly #listeners = new Set<PoolListener>();
  #endpoints: readonly Endpoint[] = NO_ENDPOINTS;
  #spec: PoolSpec | undefined;
  #listed = false;
  #measured = false;
  #generation = 0;

  public constructor(private readonly options: PoolStateOptions) {
    this.name = options.name;
    this.namespace = options.namespace;
  }

  public get endpoints(): readonly Endpoint[] {
    return this.#endpoints;
  }

  public get synced(): boolean {
    return this.#spec !== undefined && this.#listed;
  }

  /** Stays true once it is: a pool whose pods were all replaced is as good as before in a moment. */
  public get measured(): boolean {
    return this.#measured || this.#endpoints.length === 0;
  }

  /** Calls a listener from now on. */
  public listen(listener: PoolListener): Release {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The pool is there, or its selector or ports changed: endpoints that no longer fit are gone at once. */
  public setSpec(spec: PoolSpec): void {
    this.#spec = spec;
    this.#step((step) => {
      for (const pod of this.#pods.values()) this.#update(pod, step);
    });
  }

  /** The pool is gone, and its pods with it. */
  public clear(): void {
    this.#spec = undefined;
    this.#listed = false;
    this.#step((step) => {
      for (const pod of this.#pods.values()) this.#update(pod, step);
      this.#pods.clear();
    });
    this.#measured = false;
  }

  /** All pods there are: those that are not among them are gone. */
  public replacePods(pods: readonly PodFacts[]): void {
    this.#listed = true;
    const byName = new Map(pods.map((pod) => [pod.name, pod]));
    this.#step((step) => {
      for (const name of [...this.#pods.keys()]) if (!byName.has(name)) this.#remove(name, step);
      for (const pod of byName.values()) this.#put(pod, step);
    });
  }

  /** A pod is new, or something about it changed. */
  public upsertPod(pod: PodFacts): void {
    this.#step((step) => {
      this.#put(pod, step);
    });
  }

  public removePod(name: string): void {
    this.#step((step) => {
      this.#remove(name, step);
    });
  }

  /** Metrics of an endpoint were read. Those of one that is gone, or older ones than it has, are dropped. */
  public reading(endpoint: Endpoint, metrics: EndpointMetrics): void {
    if (!(endpoint instanceof PoolEndpoint) || !this.#holds(endpoint)) return;
    if (endpoint.metrics !== undefined && endpoint.metrics.at > metrics.at) return;
    endpoint.metrics = metrics;
    endpoint.refusals = 0;
    this.#measured = true;
    for (const listener of this.#listeners) listener.measured?.(endpoint, metrics);
  }

  /** An endpoint's address took a connection, or refused it. */
  public connected(endpoint: Endpoint, isTaken: boolean): void {
    if (endpoint instanceof PoolEndpoint) endpoint.refusals = isTaken ? 0 : endpoint.refusals + 1;
  }

  #holds(endpoint: PoolEndpoint): boolean {
    return this.#pods.get(endpoint.podName)?.endpoints.includes(endpoint) === true;
  }

  #put(facts: PodFacts, step: Step): void {
    const known = this.#pods.get(facts.name);
    if (known !== undefined && known.facts.uid !== facts.uid) this.#remove(facts.name, step);
    const pod = this.#pods.get(facts.name) ?? { facts, endpoints: [] };
    pod.facts = facts;
    this.#pods.set(facts.name, pod);
    this.#update(pod, step);
  }

  #remove(name: string, step: Step): void {
    step.removed.push(...(this.#pods.get(name)?.endpoints ?? []));
    this.#pods.delete(name);
  }

  /** Brings a pod's endpoints in line with what is known of it; those that stay keep their identity. */
  #update(pod: KnownPod, step: Step): void {
    const { facts, endpoints } = pod;
    const ports = this.#portsOf(facts);
    const kept = endpoints.filter(({ rank, port, address }) => ports.get(rank) === port && address === facts.address);
    step.removed.push(...endpoints.filter((endpoint) => !kept.includes(endpoint)));
    const next: PoolEndpoint[] = [];
    for (const [rank, port] of ports)
      next.push(kept.find((one) => one.rank === rank) ?? this.#add(facts, rank, port, step));
    for (const endpoint of kept) {
      if (sameLabels(endpoint.labels, facts.labels)) continue;
      endpoint.labels = facts.labels;
      step.relabelled = true;
    }
    pod.endpoints = next;
  }

  /** Ports that the pod serves, by their place among the pool's. */
  #portsOf(facts: PodFacts): ReadonlyMap<number, number> {
    const spec = this.#spec;
    const serves = facts.ready && facts.address !== undefined && spec !== undefined;
    if (!serves || !matchesLabels(spec.selector, facts.labels)) return new Map();
    const ports = [...(facts.ports ?? spec.targetPorts).entries()];
    return new Map(ports.filter(([, port]) => facts.activePorts?.has(port) !== false));
  }

  #add({ name, namespace, address = '', labels }: PodFacts, rank: number, port: number, step: Step): PoolEndpoint {
    const identity = {
      slot: this.#slots.take(),
      generation: ++this.#generation,
      podName: name,
      namespace,
      rank,
      address,
      port,
      readyAt: this.options.clock.now(),
    };
    const endpoint = new PoolEndpoint(identity, labels, this.options.attach());
    step.added.push(endpoint);
    return endpoint;
  }

  /** Slots of removed endpoints are free only after everybody was told: no new endpoint may have one before. */
  #step(change: (step: Step) => void): void {
    const step: Step = { added: [], removed: [], relabelled: false };
    change(step);
    if (step.added.length > 0 || step.removed.length > 0 || step.relabelled) this.#publish();
    for (const endpoint of step.removed) for (const listener of this.#listeners) listener.removed?.(endpoint);
    for (const endpoint of step.added) for (const listener of this.#listeners) listener.added?.(endpoint);
    for (const endpoint of step.removed) this.#slots.release(endpoint.slot);
  }

  #publish(): void {
    this.#endpoints = Object.freeze([...this.#pods.values()].flatMap(({ endpoints }) => endpoints));
  }
}
