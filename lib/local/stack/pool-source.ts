import { POOL_APIS } from '../../core/api-profile';
import type { Problem } from '../../core/problem';
import { readInferenceModel } from '../../picker/pool/objects/inference-model';
import { readInferenceModelRewrite } from '../../picker/pool/objects/inference-model-rewrite';
import { readInferenceObjective } from '../../picker/pool/objects/inference-objective';
import { type PoolRef, refersTo } from '../../picker/pool/objects/pool-ref';
import type { PodFacts } from '../../picker/pool/pod-facts';
import type { EndpointSource, SourceFactory, SourceTargets } from '../../picker/server-source';
import { fieldsAt, type Fields, textAt } from '../manifests/fields';
import type { LocalPool } from '../manifests/topology';
import type { FleetPod } from './pod-fleet';

/** Tells a picker of the pods of a lane, as the API server of a cluster would. */
export class PoolSource implements EndpointSource {
  public readonly leads = true;
  public readonly reviewer = undefined;
  #targets: SourceTargets | undefined;

  public constructor(
    private readonly pool: LocalPool,
    private readonly modelObjects: readonly Fields[],
    private readonly pods: () => readonly FleetPod[],
  ) {}

  public readonly factory: SourceFactory = (targets) => {
    this.#targets = targets;
    return this;
  };

  public start(): Promise<void> {
    this.#targets?.pool.setSpec({ selector: this.pool.selector, targetPorts: [] });
    this.#setRules();
    this.update();
    return Promise.resolve();
  }

  /** Looks at the pods again. */
  public update(): void {
    this.#targets?.pool.replacePods(this.pods().map((pod) => this.#factsOf(pod)));
  }

  public stop(): Promise<void> {
    this.#targets = undefined;
    return Promise.resolve();
  }

  public resign(): void {
    // There is nobody to take over.
  }

  #factsOf({ server, deployment }: FleetPod): PodFacts {
    const { address, port } = server.address;
    return {
      name: server.name,
      namespace: this.pool.namespace,
      uid: server.name,
      address,
      labels: deployment.podLabels,
      ready: server.phase === 'ready',
      activePorts: undefined,
      ports: [port],
    };
  }

  #setRules(): void {
    const rules = this.#targets?.rules;
    rules?.setObjectives(this.#read('InferenceObjective', readInferenceObjective));
    rules?.setRewrites(this.#read('InferenceModelRewrite', readInferenceModelRewrite));
    rules?.setModels(this.#read('InferenceModel', readInferenceModel));
  }

  /** Objects of a kind that are for this pool. One that cannot be read is left out, as in a cluster. */
  #read<T extends { readonly pool: PoolRef }>(kind: string, parse: (object: unknown) => T | Problem): readonly T[] {
    const { name, namespace, api } = this.pool;
    return this.modelObjects
      .filter((object) => textAt(object, 'kind') === kind)
      .filter((object) => (textAt(fieldsAt(object, 'metadata'), 'namespace') ?? 'default') === namespace)
      .flatMap((object) => {
        const read = parse(object);
        if (!('what' in read)) return refersTo(read.pool, { group: POOL_APIS[api].group, name }) ? [read] : [];
        this.#targets?.log.warn(
          `${kind} ${textAt(fieldsAt(object, 'metadata'), 'name') ?? ''} is left out: ${read.what}`,
        );
        return [];
      });
  }
}
