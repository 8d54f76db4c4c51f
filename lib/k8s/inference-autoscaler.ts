import { Duration, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Components } from '../core/labels';
import { checkRange } from '../core/launch-checks';
import { hpaGaugeName } from '../core/metric-names';
import { problemsOf, type Problem } from '../core/problem';
import { addChecks } from './checks';
import { adopt } from './metadata';
import { type ModelServer } from './model-server';
import { secondsOf } from './seconds';

/** How many pods a model server has. */
export interface AutoscalingOptions {
  /** Most pods. */
  readonly maxReplicas: number;
  /**
   * Fewest pods.
   * @default 1
   */
  readonly minReplicas?: number;
  /**
   * Waiting requests for each pod above which pods are added. Google advises to start at 3 to 5.
   * @default 5
   * @see https://cloud.google.com/kubernetes-engine/docs/best-practices/machine-learning/inference/autoscaling
   */
  readonly targetWaiting?: number;
  /**
   * Running requests for each pod above which pods are added.
   * @default - three quarters of the requests that a pod runs at once
   */
  readonly targetRunning?: number;
  /**
   * How long fewer pods must have sufficed before one is removed.
   * @default Duration.minutes(5)
   */
  readonly scaleDownWindow?: Duration;
}

/** Settings of an InferenceAutoscaler. */
export interface InferenceAutoscalerProps extends AutoscalingOptions {
  readonly modelServer: ModelServer;
}

const RUNNING_SHARE = 0.75;
const SCALE_DOWN_WINDOW = Duration.minutes(5);

/**
 * Scales a model server on what fills it: requests that wait and requests that run. CPU says nothing of a busy GPU, and
 * the queue alone makes the number of pods swing. Needs the Custom Metrics Stackdriver Adapter in the cluster.
 */
export class InferenceAutoscaler extends Construct {
  public readonly resource: k8s.KubeHorizontalPodAutoscalerV2;
  readonly #props: InferenceAutoscalerProps;

  public constructor(scope: Construct, id: string, props: InferenceAutoscalerProps) {
    super(scope, id);
    this.#props = props;
    props.modelServer._autoscale(this.node.path);
    this.resource = new k8s.KubeHorizontalPodAutoscalerV2(this, 'Default', {
      spec: Lazy.any({ produce: () => this.#toSpec() }) as k8s.HorizontalPodAutoscalerSpecV2,
    });
    adopt(this.resource, Components.MODEL_SERVER);
    addChecks(this, () => this.#check());
  }

  get #targetRunning(): number {
    const { targetRunning, modelServer } = this.#props;
    return targetRunning ?? Math.max(1, Math.floor(modelServer.maxSequences * RUNNING_SHARE));
  }

  #toSpec(): k8s.HorizontalPodAutoscalerSpecV2 {
    const { modelServer, minReplicas = 1, maxReplicas, targetWaiting = 5 } = this.#props;
    const window = secondsOf(this.#props.scaleDownWindow ?? SCALE_DOWN_WINDOW);
    return {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: modelServer.name },
      minReplicas,
      maxReplicas,
      metrics: [
        podMetric(modelServer.metrics.waiting, targetWaiting),
        podMetric(modelServer.metrics.running, this.#targetRunning),
      ],
      behavior: { scaleUp: { stabilizationWindowSeconds: 0 }, scaleDown: { stabilizationWindowSeconds: window } },
    };
  }

  #check(): readonly Problem[] {
    const { minReplicas = 1, maxReplicas, targetWaiting } = this.#props;
    const count = { min: 1, max: Number.MAX_SAFE_INTEGER, whole: true };
    return problemsOf(
      checkRange('minReplicas', minReplicas, count, 'a HorizontalPodAutoscaler on GKE keeps at least one pod'),
      checkRange('maxReplicas', maxReplicas, count, 'it counts pods'),
      checkRange('targetWaiting', targetWaiting, count, 'it counts requests'),
      checkRange(
        'scaleDownWindow (seconds)',
        secondsOf(this.#props.scaleDownWindow ?? SCALE_DOWN_WINDOW),
        { min: 0, max: 3600, whole: true },
        'Kubernetes looks back for at most an hour',
      ),
      checkRange('targetRunning', this.#targetRunning, count, 'it counts requests'),
      minReplicas <= maxReplicas
        ? undefined
        : {
            what: `minReplicas ${minReplicas} with maxReplicas ${maxReplicas}`,
            why: 'the fewest pods cannot be more than the most',
            fix: `set maxReplicas to ${minReplicas} or more`,
          },
    );
  }
}

function podMetric(metric: string, averageValue: number): k8s.MetricSpecV2 {
  return {
    type: 'Pods',
    pods: {
      metric: { name: hpaGaugeName(metric) },
      target: { type: 'AverageValue', averageValue: k8s.Quantity.fromString(String(averageValue)) },
    },
  };
}
