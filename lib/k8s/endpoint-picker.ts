import { Duration, Lazy, Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type ObjectiveGroup } from '../core/api-profile';
import { fingerprint } from '../core/hash';
import { Components, Labels, MANAGED_BY } from '../core/labels';
import type { EndpointPickerConfig } from '../core/picker/config';
import { type HighAvailability, PICKER_CONFIG_KIND } from '../core/picker/flavor';
import { experimentalTypes } from '../core/picker/plugin-lookup';
import { PickerFlavor } from '../core/picker/flavors';
import { PickerPorts } from '../core/ports';
import { addChecks } from './checks';
import { checkEndpointPicker, endpointPickerWarnings } from './endpoint-picker-checks';
import { CONFIG_FILE, CONFIG_PATH, PickerPortNames, pickerPod } from './endpoint-picker-pod';
import { type EndpointPickerProps } from './endpoint-picker-props';
import { createPickerRights } from './endpoint-picker-rbac';
import { type InferencePool } from './inference-pool';
import { declarePods } from './manifest-index';
import { addLabels, adopt } from './metadata';
import { present } from './present';
import { addWarnings } from './warnings';
import { secondsOf } from './seconds';

const DRAIN_TIMEOUT = Duration.seconds(30);

/**
 * Chooses the pod for each request of a pool: a Deployment and Service that speak Envoy's external processing protocol,
 * with a service account, the least rights that it needs, its configuration and a PodDisruptionBudget.
 */
export class EndpointPicker extends Construct {
  public readonly pool: InferencePool;
  public readonly flavor: PickerFlavor;
  /** Group of the objectives and rewrites that it reads. */
  public readonly objectiveGroup: ObjectiveGroup;
  public readonly replicas: number;
  public readonly highAvailability: HighAvailability;
  public readonly deployment: k8s.KubeDeployment;
  public readonly service: k8s.KubeService;
  public readonly serviceAccount: k8s.KubeServiceAccount;
  public readonly configMap: k8s.KubeConfigMap;
  public readonly role: k8s.KubeRole;
  public readonly roleBinding: k8s.KubeRoleBinding;
  /** Absent with leader election: waiting pods count as unavailable, and any budget would block every node upgrade. */
  public readonly disruptionBudget: k8s.KubePodDisruptionBudget | undefined;
  readonly #props: EndpointPickerProps;

  public constructor(scope: Construct, id: string, props: EndpointPickerProps) {
    super(scope, id);
    this.#props = props;
    this.pool = props.pool;
    this.flavor = props.flavor ?? PickerFlavor.BUNDLED;
    this.objectiveGroup =
      props.pool.profile.objectives ?? this.flavor.objectiveGroups[0] ?? 'inference.networking.x-k8s.io';
    this.replicas = props.replicas ?? this.flavor.defaultReplicas;
    this.highAvailability = props.highAvailability ?? this.flavor.highAvailability;

    const metadata = present({ name: props.name });
    const deploymentSpec = Lazy.any({ produce: () => this.#deploymentSpec() }) as k8s.DeploymentSpec;
    this.deployment = new k8s.KubeDeployment(this, 'Default', { metadata, spec: deploymentSpec });
    this.service = new k8s.KubeService(this, 'service', { metadata, spec: this.#serviceSpec() });
    this.serviceAccount = new k8s.KubeServiceAccount(this, 'service-account', { metadata });
    this.configMap = new k8s.KubeConfigMap(this, 'config', {
      metadata,
      data: Lazy.any({ produce: () => ({ [CONFIG_FILE]: this.configText }) }) as Record<string, string>,
    });
    [this.role, this.roleBinding] = createPickerRights(this, {
      serviceAccount: this.serviceAccount,
      poolApi: this.pool.api,
      objectiveGroup: this.objectiveGroup,
      leaderElection: this.leaderElection,
      electionRights: this.flavor.electionRights,
      metricsAuth: this.metricsAuth,
    });
    this.disruptionBudget = this.leaderElection ? undefined : this.#budget();

    this.#label();
    declarePods(this.deployment, () => ({ labels: this.#labels, ports: Object.values(PickerPorts) }));
    this.pool._attachPicker({
      path: this.node.path,
      serviceName: this.service.name,
      objectiveGroup: this.objectiveGroup,
    });
    addChecks(this, () => checkEndpointPicker(this, props));
    addWarnings(this, () => endpointPickerWarnings(this));
  }

  public get selectorLabels(): Readonly<Record<string, string>> {
    return { [Labels.COMPONENT]: Components.ENDPOINT_PICKER, [Labels.INSTANCE]: this.deployment.name };
  }

  /** The configuration in force. */
  public get config(): EndpointPickerConfig {
    return this.#props.config ?? this.flavor.defaultConfig({ adapters: this.pool.member.servesAdapters });
  }

  /** Text of the configuration file. */
  public get configText(): string {
    return Yaml.stringify({ apiVersion: this.flavor.configApiVersion, kind: PICKER_CONFIG_KIND, ...this.config });
  }

  /** Whether one pod is elected to serve. */
  public get leaderElection(): boolean {
    return this.replicas > 1 && this.highAvailability === 'leader-election';
  }

  /** Whether readers of `/metrics` must present a token. */
  public get metricsAuth(): boolean {
    return this.#props.metricsAuth ?? true;
  }

  /** Command line of the picker. */
  public get args(): readonly string[] {
    return this.flavor.args({
      poolName: this.pool.name,
      // Kubernetes expands the variable, so the arguments hold in whatever namespace the chart is applied.
      poolNamespace: '$(NAMESPACE)',
      poolGroup: this.pool.group,
      objectiveGroup: this.objectiveGroup,
      configFile: CONFIG_PATH,
      leaderElection: this.leaderElection,
      experimentalPlugins: experimentalTypes(this.config, this.flavor).length > 0,
      drainSeconds: this.drainSeconds,
      metricsAuth: this.metricsAuth,
    });
  }

  /** How long running streams go on after a pod was told to stop, seconds. */
  public get drainSeconds(): number {
    return secondsOf(this.#props.drainTimeout ?? DRAIN_TIMEOUT);
  }

  /** Image of the pods; undefined where the flavour has none and none was given. */
  public get image(): string | undefined {
    return this.#props.image ?? this.flavor.image;
  }

  get #labels(): Record<string, string> {
    return {
      ...this.selectorLabels,
      [Labels.NAME]: Components.ENDPOINT_PICKER,
      [Labels.FLAVOR]: this.flavor.name,
      [Labels.MANAGED_BY]: MANAGED_BY,
    };
  }

  #label(): void {
    for (const object of [this.deployment, this.service, this.serviceAccount, this.configMap]) {
      addLabels(object, this.#labels);
      adopt(object, Components.ENDPOINT_PICKER, object === this.service ? 'service' : 'label');
    }
  }

  #deploymentSpec(): k8s.DeploymentSpec {
    return {
      replicas: this.replicas,
      selector: { matchLabels: { ...this.selectorLabels } },
      strategy: { type: 'RollingUpdate', rollingUpdate: this.#rollingUpdate() },
      revisionHistoryLimit: 3,
      template: pickerPod({
        options: this.#props,
        flavor: this.flavor,
        image: this.image ?? '',
        args: this.args,
        health: this.flavor.health(this.leaderElection),
        labels: this.#labels,
        selectorLabels: this.selectorLabels,
        serviceAccountName: this.serviceAccount.name,
        configMapName: this.configMap.name,
        configFingerprint: fingerprint(this.configText),
        drainSeconds: this.drainSeconds,
      }),
    };
  }

  /** A new pod cannot become ready while the old leader lives, so with an election all are replaced at once. */
  #rollingUpdate(): k8s.RollingUpdateDeployment {
    if (this.leaderElection) {
      const all = k8s.IntOrString.fromString('100%');
      return { maxSurge: all, maxUnavailable: all };
    }
    return { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) };
  }

  #serviceSpec(): k8s.ServiceSpec {
    const port = (name: string, number: number): k8s.ServicePort => ({
      name,
      port: number,
      targetPort: k8s.IntOrString.fromString(name),
      protocol: 'TCP',
    });
    return {
      type: 'ClusterIP',
      selector: { ...this.selectorLabels },
      ports: [
        port(PickerPortNames.EXT_PROC, PickerPorts.EXT_PROC),
        port(PickerPortNames.HEALTH, PickerPorts.HEALTH),
        port(PickerPortNames.METRICS, PickerPorts.METRICS),
      ],
    };
  }

  #budget(): k8s.KubePodDisruptionBudget {
    const budget = new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: { ...this.selectorLabels } } },
    });
    return adopt(budget, Components.ENDPOINT_PICKER);
  }
}
