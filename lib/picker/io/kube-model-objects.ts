import { type ObjectiveGroup, POOL_APIS, type PoolApi } from '../../core/api-profile';
import type { Problem } from '../../core/problem';
import { readInferenceModel } from '../pool/objects/inference-model';
import { readInferenceModelRewrite } from '../pool/objects/inference-model-rewrite';
import { readInferenceObjective } from '../pool/objects/inference-objective';
import { type PoolRef, refersTo } from '../pool/objects/pool-ref';
import type { KubeDiscoveryOptions } from './kube-discovery';
import { statusOf } from './kube-error';
import { KubePaths } from './kube-paths';
import { KubeReflector } from './kube-reflector';
import { KeyedSink } from './kube-sink';
import type { Sleep } from './sleep';

/** Groups of objectives, the newer first. */
const GROUPS: readonly ObjectiveGroup[] = ['llm-d.ai', 'inference.networking.x-k8s.io'];

/** Until a cluster that had none of the groups, or did not answer, is asked again, ms. */
const ASK_AGAIN_MS = 10_000;

/** Follows the objects that say priorities and model names, as far as they refer to the pool. */
export class ModelObjectsDiscovery {
  public constructor(
    private readonly options: KubeDiscoveryOptions & { readonly sleep: Sleep },
    private readonly api: PoolApi,
  ) {}

  /** Follows until the signal fires. Never rejects. */
  public async run(signal: AbortSignal): Promise<void> {
    if (this.api === 'v1alpha2') await this.#followModels(signal);
    else await this.#followObjectives(signal);
  }

  async #followModels(signal: AbortSignal): Promise<void> {
    const { pool, rules } = this.options;
    await this.#follow('inferencemodels', KubePaths.models(pool.namespace), readInferenceModel, signal, (all) => {
      rules.setModels(all);
    });
  }

  async #followObjectives(signal: AbortSignal): Promise<void> {
    const { pool, rules, observer } = this.options;
    const group = this.options.objectiveGroup ?? (await this.#findGroup(signal));
    if (group === undefined) return;
    observer?.objectiveGroup?.(group);
    const objectives = KubePaths.objectives(group, pool.namespace);
    const rewrites = KubePaths.rewrites(group, pool.namespace);
    await Promise.all([
      this.#follow('inferenceobjectives', objectives, readInferenceObjective, signal, (all) => {
        rules.setObjectives(all);
      }),
      this.#follow('inferencemodelrewrites', rewrites, readInferenceModelRewrite, signal, (all) => {
        rules.setRewrites(all);
      }),
    ]);
  }

  /** The newer group that the cluster has and the picker may read; waits until there is one. */
  async #findGroup(signal: AbortSignal): Promise<ObjectiveGroup | undefined> {
    const ended = (): boolean => signal.aborted;
    while (!ended()) {
      for (const group of GROUPS) {
        const answer = await this.#ask(group, signal);
        if (answer === 'there') return group;
        // A server in trouble says nothing about its groups.
        if (answer === 'unknown') break;
      }
      await this.options.sleep(ASK_AGAIN_MS, signal);
    }
    return undefined;
  }

  async #ask(group: ObjectiveGroup, signal: AbortSignal): Promise<'there' | 'absent' | 'unknown'> {
    const { client, pool, observer } = this.options;
    try {
      await client.list(KubePaths.objectives(group, pool.namespace), { limit: 1 }, signal);
      return 'there';
    } catch (error) {
      const status = statusOf(error);
      const reason = error instanceof Error ? error.message : String(error);
      if (!signal.aborted) observer?.failed?.(`inferenceobjectives.${group}`, reason, status, ASK_AGAIN_MS);
      return status === 404 || status === 403 ? 'absent' : 'unknown';
    }
  }

  async #follow<T extends { readonly pool: PoolRef }>(
    resource: string,
    path: string,
    parse: (object: unknown) => T | Problem,
    signal: AbortSignal,
    changed: (all: readonly T[]) => void,
  ): Promise<void> {
    const { pool, observer } = this.options;
    const own = { group: POOL_APIS[this.api].group, name: pool.name };
    const sink = new KeyedSink(resource, parse, observer, (all) => {
      changed(all.filter((object) => refersTo(object.pool, own)));
    });
    await new KubeReflector({ ...this.options, resource, path, query: {}, sink }).run(signal);
  }
}
