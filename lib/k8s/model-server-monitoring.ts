import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import * as gmp from '../../imports/monitoring.googleapis.com';
import { Components } from '../core/labels';
import { METRICS_PATH } from '../core/metric-names';
import { adopt } from './metadata';
import { type ModelServer } from './model-server';
import { HTTP_PORT_NAME } from './model-server-pod';

/** Settings of a ModelServerMonitoring. */
export interface ModelServerMonitoringProps {
  readonly modelServer: ModelServer;
  /**
   * Time between two scrapes, seconds. Autoscaling reacts no faster than this.
   * @default 15
   */
  readonly intervalSeconds?: number;
}

/** Lets Managed Service for Prometheus collect the metrics of a model server. */
export class ModelServerMonitoring extends Construct {
  public readonly resource: gmp.PodMonitoring;

  public constructor(scope: Construct, id: string, props: ModelServerMonitoringProps) {
    super(scope, id);
    const { modelServer, intervalSeconds = 15 } = props;
    const spec = (): gmp.PodMonitoringSpec => ({
      selector: { matchLabels: { ...modelServer.selectorLabels } },
      endpoints: [
        {
          port: gmp.PodMonitoringSpecEndpointsPort.fromString(HTTP_PORT_NAME),
          path: METRICS_PATH,
          interval: `${intervalSeconds}s`,
        },
      ],
    });
    this.resource = new gmp.PodMonitoring(this, 'Default', {
      spec: Lazy.any({ produce: spec }) as gmp.PodMonitoringSpec,
    });
    adopt(this.resource, Components.MODEL_SERVER);
  }
}
