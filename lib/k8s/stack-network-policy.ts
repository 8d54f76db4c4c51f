import { Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Components } from '../core/labels';
import { PickerPorts } from '../core/ports';
import { type EndpointPicker } from './endpoint-picker';
import { type ModelServer } from './model-server';
import { adopt, type Component } from './metadata';

/** Ranges that Google's health checks come from. @see https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges */
export const HEALTH_CHECK_RANGES: readonly string[] = ['130.211.0.0/22', '35.191.0.0/16'];

/** Settings of a StackNetworkPolicy. */
export interface StackNetworkPolicyProps {
  readonly modelServer: ModelServer;
  readonly picker: EndpointPicker;
  /** Address range of the proxy-only subnet, where requests through the load balancer come from, such as `10.9.0.0/23`. */
  readonly proxyOnlySubnet: string;
  /**
   * Namespace of the metric collectors: `gmp-system` on Standard clusters, `gke-gmp-system` on Autopilot.
   * @default 'gmp-system'
   */
  readonly collectorNamespace?: string;
}

/** Lets only the load balancer, its health checks, the picker and the metric collectors reach a stack's pods. */
export class StackNetworkPolicy extends Construct {
  public readonly modelServerPolicy: k8s.KubeNetworkPolicy;
  public readonly pickerPolicy: k8s.KubeNetworkPolicy;

  public constructor(scope: Construct, id: string, props: StackNetworkPolicyProps) {
    super(scope, id);
    const { modelServer, picker, collectorNamespace = 'gmp-system' } = props;
    const proxies = [block(props.proxyOnlySubnet)];
    const checks = HEALTH_CHECK_RANGES.map(block);
    const collectors: k8s.NetworkPolicyPeer = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': collectorNamespace } },
    };
    this.modelServerPolicy = this.#policy(
      Components.MODEL_SERVER,
      () => modelServer.selectorLabels,
      () => [
        ...modelServer.targetPorts.map((port) =>
          allow(port, [
            ...proxies,
            ...checks,
            collectors,
            { podSelector: { matchLabels: { ...picker.selectorLabels } } },
          ]),
        ),
      ],
    );
    this.pickerPolicy = this.#policy(
      Components.ENDPOINT_PICKER,
      () => picker.selectorLabels,
      () => [
        allow(PickerPorts.EXT_PROC, proxies),
        allow(PickerPorts.HEALTH, [...checks, ...proxies]),
        allow(PickerPorts.METRICS, [collectors]),
      ],
    );
  }

  #policy(
    component: Component,
    labels: () => Readonly<Record<string, string>>,
    ingress: () => k8s.NetworkPolicyIngressRule[],
  ): k8s.KubeNetworkPolicy {
    const spec = (): k8s.NetworkPolicySpec => ({
      podSelector: { matchLabels: { ...labels() } },
      policyTypes: ['Ingress'],
      ingress: ingress(),
    });
    const policy = new k8s.KubeNetworkPolicy(this, component, {
      spec: Lazy.any({ produce: spec }) as k8s.NetworkPolicySpec,
    });
    return adopt(policy, component);
  }
}

function block(cidr: string): k8s.NetworkPolicyPeer {
  return { ipBlock: { cidr } };
}

function allow(port: number, from: k8s.NetworkPolicyPeer[]): k8s.NetworkPolicyIngressRule {
  return { from, ports: [{ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' }] };
}
