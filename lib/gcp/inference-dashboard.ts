import { AlertPolicy, type AlertPolicyArgs, Dashboard, type DashboardArgs } from '@pulumi/gcp/monitoring';
import * as pulumi from '@pulumi/pulumi';
import { regionOf } from '../core/gke/locations';
import { type Exposure, type ServingMetrics, VLLM_SERVING_METRICS } from '../core/gke/serving-metrics';
import { type ClusterFacts } from './cluster-facts';
import { childOf, refuseIfAny, typeToken } from './component';
import { dashboardJson } from './dashboard-json';
import { type AlertThresholds, checkThresholds, type ServingAlert, servingAlerts } from './serving-alerts';
import { type QueryScope } from './serving-queries';
import { applyTransform, type Transforms } from './transform';

/** Arguments of {@link InferenceDashboard}. */
export interface InferenceDashboardArgs {
  /** Cluster of the model servers. */
  readonly cluster: ClusterFacts;
  /**
   * Namespace of the model servers.
   * @default - every namespace
   */
  readonly namespace?: pulumi.Input<string>;
  /**
   * Title of the dashboard.
   * @default 'Inference'
   */
  readonly displayName?: string;
  /**
   * How clients reach the Gateway, for errors and requests at the load balancer.
   * @default 'external'
   */
  readonly exposure?: Exposure;
  /**
   * Names of the model server's metrics.
   * @default - those of vLLM
   */
  readonly metrics?: ServingMetrics;
  /**
   * When to alert; `false` makes no alerts.
   * @default - the thresholds of the Gateway API Inference Extension's guide
   */
  readonly alerts?: AlertThresholds | false;
  /**
   * Who is told, `projects/P/notificationChannels/ID`.
   * @default - nobody; alerts show in the console
   */
  readonly notificationChannels?: readonly pulumi.Input<string>[];
  /**
   * Changes to the arguments of child resources.
   * @default - none
   */
  readonly transform?: Transforms<{ dashboard: DashboardArgs; alert: AlertPolicyArgs }>;
}

/** What model servers do, by pod and by model, and alerts for when they do not. */
export class InferenceDashboard extends pulumi.ComponentResource {
  public readonly dashboard: Dashboard;
  public readonly alerts: readonly AlertPolicy[];

  public constructor(name: string, args: InferenceDashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    const thresholds = args.alerts ?? {};
    refuseIfAny(name, thresholds === false ? [] : checkThresholds(thresholds));
    super(typeToken('InferenceDashboard'), name, {}, opts);

    const { project } = args.cluster;
    const scope = scopeOf(args);
    const title = args.displayName ?? 'Inference';
    const dashboardArgs = applyTransform<DashboardArgs>(args.transform?.dashboard, {
      project,
      dashboardJson: scope.apply((known) => dashboardJson(title, known)),
    });
    this.dashboard = new Dashboard(name, dashboardArgs, childOf(this));
    this.alerts = thresholds === false ? [] : this.#makeAlerts(name, args, thresholds, scope);
    this.registerOutputs({});
  }

  #makeAlerts(
    name: string,
    args: InferenceDashboardArgs,
    thresholds: AlertThresholds,
    scope: pulumi.Output<QueryScope>,
  ): readonly AlertPolicy[] {
    // Which alerts there are does not depend on names; only their queries do.
    return servingAlerts(thresholds, knownScope(args)).map((alert, i) => {
      const query = scope.apply((known) => servingAlerts(thresholds, known)[i]?.query ?? alert.query);
      const alertArgs = applyTransform<AlertPolicyArgs>(args.transform?.alert, alertPolicy(args, alert, query));
      return new AlertPolicy(`${name}-${alert.role}`, alertArgs, childOf(this));
    });
  }
}

function scopeOf(args: InferenceDashboardArgs): pulumi.Output<QueryScope> {
  const namespace = pulumi.output<string | undefined>(args.namespace);
  return pulumi
    .all([args.cluster.clusterName, namespace])
    .apply(([clusterName, space]) => ({ ...knownScope(args), clusterName, namespace: space }));
}

/** The scope as far as it is known before the cluster is there. */
function knownScope({ cluster, exposure, metrics }: InferenceDashboardArgs): QueryScope {
  return {
    clusterName: '',
    region: regionOf(cluster.location),
    namespace: undefined,
    exposure: exposure ?? 'external',
    metrics: metrics ?? VLLM_SERVING_METRICS,
  };
}

function alertPolicy(args: InferenceDashboardArgs, alert: ServingAlert, query: pulumi.Output<string>): AlertPolicyArgs {
  return {
    project: args.cluster.project,
    displayName: `${args.displayName ?? 'Inference'}: ${alert.title}`,
    combiner: 'OR',
    severity: alert.severity,
    conditions: [
      {
        displayName: alert.title,
        conditionPrometheusQueryLanguage: {
          query,
          duration: '300s',
          evaluationInterval: '60s',
          // The metrics come with the first model server, after the alert.
          disableMetricValidation: true,
        },
      },
    ],
    alertStrategy: { autoClose: '1800s' },
    documentation: { content: alert.advice, mimeType: 'text/markdown' },
    ...(args.notificationChannels === undefined ? {} : { notificationChannels: [...args.notificationChannels] }),
  };
}
