import { Construct } from 'constructs';
import { type ApiProfileLike } from '../core/api-profile';
import { EndpointPicker } from '../k8s/endpoint-picker';
import { EndpointPickerMonitoring } from '../k8s/endpoint-picker-monitoring';
import { type EndpointPickerOptions } from '../k8s/endpoint-picker-props';
import { type BackendOptions, type GCPBackendPolicy } from '../k8s/gcp-backend-policy';
import { type HealthCheckOptions, type HealthCheckPolicy } from '../k8s/health-check-policy';
import { type AutoscalingOptions, InferenceAutoscaler } from '../k8s/inference-autoscaler';
import { InferenceModel, type LogicalModel } from '../k8s/inference-model';
import { type FailureMode, InferencePool } from '../k8s/inference-pool';
import { ModelServer } from '../k8s/model-server';
import { ModelServerMonitoring } from '../k8s/model-server-monitoring';
import { type ModelServerProps } from '../k8s/model-server-props';
import { present } from '../k8s/present';
import { gkePlatform } from '../k8s/platforms/gke';
import { type GatewayPlatform, type PlatformAttachments } from '../k8s/platforms/platform';

/** Settings of the metrics collection of a stack. */
export interface MonitoringOptions {
  /**
   * Time between two scrapes, seconds.
   * @default 15
   */
  readonly intervalSeconds?: number;
  /**
   * Namespace of the collectors: `gmp-system` on Standard clusters, `gke-gmp-system` on Autopilot.
   * @default 'gmp-system'
   */
  readonly collectorNamespace?: string;
}

/** Settings of a ServedModel: those of its model server, and of the parts around it. */
export interface ServedModelProps extends ModelServerProps {
  /**
   * Names that clients use, each with what stands behind it.
   * @default - the base model and every adapter, under their own names
   */
  readonly models?: readonly (string | LogicalModel)[];
  /**
   * Endpoint picker.
   * @default - the bundled one, which needs an image
   */
  readonly picker?: EndpointPickerOptions;
  /**
   * What the gateway does while no endpoint picker answers.
   * @default 'FailOpen'
   */
  readonly failureMode?: FailureMode;
  /**
   * Generation of the inference APIs.
   * @default - that of the App, the Chart or the construct around it; v1 when nothing is set
   */
  readonly apiProfile?: ApiProfileLike;
  /**
   * How the load balancer checks the pods.
   * @default - the model server's health path, every 2 seconds
   */
  readonly healthCheck?: HealthCheckOptions;
  /**
   * How the load balancer treats requests.
   * @default - answers may take an hour, a tenth of the requests is logged
   */
  readonly backend?: BackendOptions;
  /**
   * Scale the model server with its load.
   * @default - a fixed number of pods
   */
  readonly autoscaling?: AutoscalingOptions;
  /**
   * Collect metrics with Managed Service for Prometheus; `false` turns it off.
   * @default - every 15 seconds
   */
  readonly monitoring?: MonitoringOptions | false;
  /**
   * Implementation of the Gateway API that serves the pool.
   * @default - GKE
   */
  readonly platform?: GatewayPlatform;
}

/**
 * A model, ready to be routed to: model server, pool, endpoint picker, load balancer policies, logical models and
 * monitoring. Every part is a public field; for a part that does not fit, compose the others yourself.
 */
export class ServedModel extends Construct {
  public readonly server: ModelServer;
  public readonly pool: InferencePool;
  public readonly picker: EndpointPicker;
  /** Logical models by their name. */
  public readonly models: ReadonlyMap<string, InferenceModel>;
  /** Objects that the platform wants beside the pool. */
  public readonly attachments: PlatformAttachments;
  public readonly autoscaler: InferenceAutoscaler | undefined;
  public readonly serverMonitoring: ModelServerMonitoring | undefined;
  public readonly pickerMonitoring: EndpointPickerMonitoring | undefined;

  public constructor(scope: Construct, id: string, props: ServedModelProps) {
    super(scope, id);
    const { healthCheck = {}, backend = {}, autoscaling, monitoring = {}, platform = gkePlatform } = props;
    this.server = new ModelServer(this, 'server', props);
    this.pool = new InferencePool(this, 'pool', {
      modelServer: this.server,
      ...present({ name: props.name, failureMode: props.failureMode, apiProfile: props.apiProfile }),
    });
    this.picker = new EndpointPicker(this, 'picker', {
      ...props.picker,
      ...present({ name: props.name === undefined ? undefined : `${props.name}-epp` }),
      pool: this.pool,
    });
    this.attachments = platform.attach(this, { pool: this.pool, picker: this.picker, healthCheck, backend });
    this.models = this.#createModels(props.models ?? this.server.servedModels);
    this.autoscaler =
      autoscaling && new InferenceAutoscaler(this, 'autoscaler', { ...autoscaling, modelServer: this.server });
    if (monitoring !== false) {
      const { intervalSeconds, collectorNamespace } = monitoring;
      this.serverMonitoring = new ModelServerMonitoring(this, 'server-monitoring', {
        modelServer: this.server,
        ...present({ intervalSeconds }),
      });
      this.pickerMonitoring = new EndpointPickerMonitoring(this, 'picker-monitoring', {
        picker: this.picker,
        ...present({ intervalSeconds, collectorNamespace }),
      });
    }
  }

  /** GKE's health check of the pods. */
  public get healthCheckPolicy(): HealthCheckPolicy | undefined {
    return this.attachments.healthCheckPolicy;
  }

  /** GKE's treatment of requests. */
  public get backendPolicy(): GCPBackendPolicy | undefined {
    return this.attachments.backendPolicy;
  }

  #createModels(models: readonly (string | LogicalModel)[]): ReadonlyMap<string, InferenceModel> {
    const parent = new Construct(this, 'models');
    return new Map(
      models.map((entry, i) => {
        const model: LogicalModel = typeof entry === 'string' ? { modelName: entry } : entry;
        // A slash separates levels of the construct tree, and model names are full of them.
        const id = parent.node.tryFindChild(childId(model.modelName))
          ? `${childId(model.modelName)}-${i}`
          : childId(model.modelName);
        return [model.modelName, new InferenceModel(parent, id, { ...model, pool: this.pool })] as const;
      }),
    );
  }
}

function childId(modelName: string): string {
  return modelName.replaceAll('/', '--') || 'unnamed';
}
