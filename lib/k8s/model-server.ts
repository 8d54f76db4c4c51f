import { Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Components, Labels, MANAGED_BY } from '../core/labels';
import { type MetricNames } from '../core/metric-names';
import { type ModelRuntime } from '../core/model-runtime';
import { allOf, problemsOf, type Problem } from '../core/problem';
import { addChecks } from './checks';
import { loraSyncerConfig } from './lora-syncer';
import { modelServerPod } from './model-server-pod';
import { type ModelServerProps } from './model-server-props';
import { checkModelServer, modelServerWarnings } from './model-server-checks';
import { modelServerSettings, type ModelServerSettings } from './model-server-settings';
import { declarePods } from './manifest-index';
import { addLabels, adopt } from './metadata';
import { type PoolMember } from './pool-member';
import { present } from './present';
import { addWarnings } from './warnings';

/** A rollout is reported as stuck only after the slowest pod had its time. */
const PROGRESS_MARGIN_SECONDS = 600;

/**
 * Serves a model with an OpenAI-compatible API on GPUs: a Deployment with the arguments, probes, drain and scheduling
 * that the model, the accelerator and the server software call for, and a PodDisruptionBudget.
 */
export class ModelServer extends Construct implements PoolMember {
  /** The Deployment. */
  public readonly resource: k8s.KubeDeployment;
  /** Keeps node upgrades from taking more than one pod at a time. */
  public readonly disruptionBudget: k8s.KubePodDisruptionBudget;
  /** Adapters that a sidecar loads, with dynamic loading only. */
  public readonly adapterConfig: k8s.KubeConfigMap | undefined;
  readonly #settings: ModelServerSettings;
  readonly #autoscalers: string[] = [];

  public constructor(scope: Construct, id: string, props: ModelServerProps) {
    super(scope, id);
    this.#settings = modelServerSettings(props);
    this.resource = new k8s.KubeDeployment(this, 'Default', {
      metadata: present({ name: props.name }),
      spec: Lazy.any({ produce: () => this.#toSpec() }) as k8s.DeploymentSpec,
    });
    addLabels(this.resource, this.#labels());
    adopt(this.resource, Components.MODEL_SERVER, 'label');
    declarePods(this.resource, () => ({ labels: this.#podLabels(), ports: this.targetPorts }));
    this.disruptionBudget = this.#budget();
    this.adapterConfig = this.#settings.plan.lora?.loading === 'dynamic' ? this.#adapterConfig() : undefined;

    addChecks(this, () => problemsOf(checkModelServer(this.#settings), this.#checkAutoscalers()));
    addWarnings(this, () => modelServerWarnings(this.#settings, this.#autoscaled));
  }

  /** Name of the Deployment. */
  public get name(): string {
    return this.resource.name;
  }

  public get selectorLabels(): Readonly<Record<string, string>> {
    return { [Labels.COMPONENT]: Components.MODEL_SERVER, [Labels.INSTANCE]: this.name };
  }

  public get targetPorts(): readonly number[] {
    return [this.#settings.plan.port];
  }

  /** Name of the base model in requests. */
  public get baseModel(): string {
    return this.#settings.plan.servedName;
  }

  public get servedModels(): readonly string[] {
    return [this.baseModel, ...(this.#settings.plan.lora?.adapters ?? []).map((adapter) => adapter.name)];
  }

  public get servesAdapters(): boolean {
    return this.#settings.plan.lora !== undefined;
  }

  public get healthPath(): string {
    return this.runtime.health.healthy;
  }

  public get drainSeconds(): number {
    return this.#settings.graceSeconds;
  }

  public get runtime(): ModelRuntime {
    return this.#settings.runtime;
  }

  /** Names of the server's metrics. */
  public get metrics(): MetricNames {
    return this.runtime.metrics;
  }

  /** Requests that one pod runs at once. */
  public get maxSequences(): number {
    return this.#settings.plan.maxSequences ?? this.runtime.defaultMaxSequences(this.#settings.props.accelerator);
  }

  /** Pods that the program asks for. */
  public get replicas(): number {
    return this.#settings.props.replicas ?? 1;
  }

  /** @internal An autoscaler and a fixed number of replicas would fight at every apply. */
  public _autoscale(path: string): void {
    this.#autoscalers.push(path);
  }

  get #autoscaled(): boolean {
    return this.#autoscalers.length > 0;
  }

  #checkAutoscalers(): Problem | undefined {
    if (this.#autoscalers.length < 2) return undefined;
    return {
      what: `${this.#autoscalers.length} autoscalers scale '${this.name}': ${allOf(this.#autoscalers)}`,
      why: 'each would undo what the other does',
      fix: 'keep one',
    };
  }

  #labels(): Record<string, string> {
    const engine = this.runtime.name;
    return {
      ...this.selectorLabels,
      [Labels.NAME]: engine,
      [Labels.MANAGED_BY]: MANAGED_BY,
      [Labels.ENGINE_TYPE]: engine,
      [Labels.LEGACY_ENGINE_TYPE]: engine,
    };
  }

  #podLabels(): Record<string, string> {
    return { ...this.#settings.props.podLabels, ...this.#labels() };
  }

  #toSpec(): k8s.DeploymentSpec {
    const settings = this.#settings;
    return present<k8s.DeploymentSpec>({
      replicas: this.#autoscaled ? undefined : this.replicas,
      selector: { matchLabels: { ...this.selectorLabels } },
      strategy: { type: 'RollingUpdate', rollingUpdate: rollingUpdate(this.#inPlace) },
      progressDeadlineSeconds: settings.startupSeconds + PROGRESS_MARGIN_SECONDS,
      revisionHistoryLimit: 3,
      template: modelServerPod(settings, {
        labels: this.#podLabels(),
        selectorLabels: this.selectorLabels,
        adapterConfigMap: this.adapterConfig?.name,
      }),
    });
  }

  /** A claim may be mounted on one node only, so its pod must leave before the successor starts. */
  get #inPlace(): boolean {
    const claimed = this.#settings.props.cache?.kind === 'persistentVolumeClaim';
    return this.#autoscaled || this.replicas > 1 || claimed;
  }

  #budget(): k8s.KubePodDisruptionBudget {
    const budget = new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: { ...this.selectorLabels } } },
    });
    return adopt(budget, Components.MODEL_SERVER);
  }

  #adapterConfig(): k8s.KubeConfigMap {
    const config = new k8s.KubeConfigMap(this, 'adapters', {
      data: Lazy.any({ produce: () => loraSyncerConfig(this.#settings, this.name) }) as Record<string, string>,
    });
    return adopt(config, Components.MODEL_SERVER);
  }
}

/** A surge needs a free GPU, so several pods are replaced in place; a single one is kept until its successor serves. */
function rollingUpdate(inPlace: boolean): k8s.RollingUpdateDeployment {
  const [maxSurge, maxUnavailable] = inPlace ? [0, 1] : [1, 0];
  return {
    maxSurge: k8s.IntOrString.fromNumber(maxSurge),
    maxUnavailable: k8s.IntOrString.fromNumber(maxUnavailable),
  };
}
