import type { ObjectiveGroup, PoolApi } from '../../core/api-profile';
import type { Problem } from '../../core/problem';
import type { ModelRulesStore } from '../pool/model-rules-store';
import { readInferencePool } from '../pool/objects/inference-pool';
import { readPod } from '../pool/objects/pod';
import type { PodFacts } from '../pool/pod-facts';
import type { PoolState } from '../pool/pool-state';
import type { Random } from '../time';
import type { KubeClient } from './kube-client';
import { ModelObjectsDiscovery } from './kube-model-objects';
import { KubeReflector, type ObjectSink, type ReflectorObserver } from './kube-reflector';
import { labelSelectorOf, KubePaths } from './kube-paths';
import { KeyedSink, nameOf } from './kube-sink';
import { sleep, type Sleep } from './sleep';

/** Told of what people want to know. */
export interface DiscoveryObserver extends ReflectorObserver {
  /** An object cannot be used and is left out. */
  skipped?(resource: string, name: string, problem: Problem): void;
  /** The pool is there, or is not. */
  pool?(found: boolean): void;
  /** Objectives and rewrites come from this group. */
  objectiveGroup?(group: ObjectiveGroup): void;
}

/** The pods of an InferencePool. */
export interface PoolTarget {
  readonly kind: 'pool';
  readonly api: PoolApi;
}

/** Pods by their labels, without an InferencePool. */
export interface SelectorTarget {
  readonly kind: 'selector';
  /** Label selector as Kubernetes writes it. */
  readonly selector: string;
  readonly targetPorts: readonly number[];
}

/** What is read from the cluster, and where it goes. */
export interface KubeDiscoveryOptions {
  readonly client: KubeClient;
  /** The pool to keep up to date; its name and namespace say which one. */
  readonly pool: PoolState;
  readonly rules: ModelRulesStore;
  readonly target: PoolTarget | SelectorTarget;
  /** Group of objectives and rewrites; undefined takes the newer one that the cluster has. */
  readonly objectiveGroup: ObjectiveGroup | undefined;
  readonly random: Random;
  /**
   * Told of lists, watches and what is wrong with them.
   * @default - nobody hears
   */
  readonly observer?: DiscoveryObserver;
  /**
   * Waits between attempts.
   * @default - as long as it takes
   */
  readonly sleep?: Sleep;
}

/**
 * Keeps a pool and its model rules as the cluster has them: the InferencePool, its pods by the selector of the moment,
 * and the objects that refer to it. Makes no other request than to list and to watch these.
 */
export class KubeDiscovery {
  readonly #options: KubeDiscoveryOptions & { readonly sleep: Sleep };
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];
  #pods: AbortController | undefined;
  /** Selector that the pods are watched by. */
  #selector: string | undefined;

  public constructor(options: KubeDiscoveryOptions) {
    this.#options = { sleep, ...options };
  }

  public start(): void {
    const { target, pool } = this.#options;
    if (target.kind === 'pool') this.#follow(KubePaths.pools(target.api, pool.namespace), this.#poolSink(target.api));
    else {
      pool.setSpec({ selector: undefined, targetPorts: target.targetPorts });
      this.#watchPods(target.selector);
    }
    const models = new ModelObjectsDiscovery(this.#options, target.kind === 'pool' ? target.api : 'v1');
    this.#running.push(models.run(this.#stop.signal));
  }

  /** Ends all requests; resolves when none is left. What is known stays. */
  public async stop(): Promise<void> {
    this.#pods?.abort();
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  #follow(path: string, sink: ObjectSink): void {
    const query = { fieldSelector: `metadata.name=${this.#options.pool.name}` };
    const reflector = new KubeReflector({ ...this.#options, resource: 'inferencepools', path, query, sink });
    this.#running.push(reflector.run(this.#stop.signal));
  }

  #poolSink(api: PoolApi): ObjectSink {
    const { pool, observer } = this.#options;
    const parse = (object: unknown): ReturnType<typeof readInferencePool> => readInferencePool(object, api);
    return new KeyedSink('inferencepools', parse, observer, (pools) => {
      const found = pools.find(({ meta }) => meta.name === pool.name && !meta.deleting);
      observer?.pool?.(found !== undefined);
      if (found === undefined) this.#withoutPool();
      else {
        pool.setSpec(found.spec);
        this.#watchPods(labelSelectorOf(found.spec.selector));
      }
    });
  }

  #withoutPool(): void {
    this.#pods?.abort();
    this.#selector = undefined;
    this.#options.pool.clear();
  }

  /** Watches pods by a selector, unless they are; those known by another one stay until the new list is there. */
  #watchPods(labelSelector: string): void {
    if (this.#selector === labelSelector) return;
    this.#selector = labelSelector;
    this.#pods?.abort();
    const { pool } = this.#options;
    const controller = new AbortController();
    this.#pods = controller;
    const path = KubePaths.pods(pool.namespace);
    const sink = this.#podSink();
    const reflector = new KubeReflector({ ...this.#options, resource: 'pods', path, query: { labelSelector }, sink });
    this.#running.push(reflector.run(controller.signal));
  }

  #podSink(): ObjectSink {
    const { pool, observer } = this.#options;
    const read = (object: unknown): PodFacts | undefined => {
      const pod = readPod(object);
      if (!('what' in pod)) return pod;
      observer?.skipped?.('pods', nameOf(object), pod);
      return undefined;
    };
    return {
      replace: (objects) => {
        pool.replacePods(objects.map(read).filter((pod) => pod !== undefined));
      },
      upsert: (object) => {
        const pod = read(object);
        if (pod === undefined) pool.removePod(nameOf(object));
        else pool.upsertPod(pod);
      },
      remove: (object) => {
        pool.removePod(nameOf(object));
      },
    };
  }
}
