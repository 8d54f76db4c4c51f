import * as pulumi from '@pulumi/pulumi';
import { type App } from 'cdk8s';
import { addressOf, curlCommand, type Endpoint, endpointOf } from './endpoint';
import { type KubernetesObject, makeObject } from './kubernetes-object';
import { GATEWAY_GROUP, isKind, type Manifest } from './manifest';
import { missingNamespaces } from './missing-namespaces';
import { modelNameOf } from './model-name';
import { objectNames } from './object-names';
import { checkTimeouts, readinessOf, type WaitSettings } from './readiness';
import { refuseIfAny } from './release-error';
import { releaseOrder } from './release-order';
import { type ObjectArgs, type PlannedObject, planRelease, type ReleasePlan } from './release-plan';
import { type ReleaseValues } from './stand-ins';

/** What a release consists of and what it waits for. */
export interface ChartReleaseArgs<V extends ReleaseValues = ReleaseValues> {
  /**
   * Makes charts in the given app; what it returns is ignored. It is called up to three times and must make the same
   * objects whenever the values are the same.
   */
  readonly chart: (app: App, values: pulumi.Unwrap<V>) => unknown;
  /**
   * What the charts take from other resources: plain data in which texts may be outputs, such as
   * `{ image: picker.digest, replicas: 3 }`, or one output that holds texts, such as `cluster.outputs`. An output may
   * appear anywhere in a text of an object; what the objects are and which fields they have must not depend on it.
   * @default - none
   */
  readonly values?: V;
  /**
   * Create the namespaces that the objects live in and the charts do not make. They are deleted with the release.
   * @default false
   */
  readonly createNamespaces?: boolean;
  /**
   * Wait until load balancers are programmed; without it `gatewayAddress`, `url` and `curl` may be undefined.
   * @default true
   */
  readonly waitForGateway?: boolean;
  /**
   * Wait until pods are ready, which includes loading models.
   * @default true
   */
  readonly waitForWorkloads?: boolean;
  /**
   * How long a load balancer may take to be made, changed or deleted; a duration such as `20m`.
   * @default '20m'
   */
  readonly gatewayTimeout?: string;
  /**
   * How long pods may take to become ready; a duration such as `45m`.
   * @default - `progressDeadlineSeconds` of each workload, for an update times its replicas up to 2 hours, plus 2 minutes
   */
  readonly workloadTimeout?: string;
  /**
   * Model that `curl` asks for.
   * @default - the first logical model of the charts, else what the first model server serves
   */
  readonly model?: string;
}

/**
 * Applies cdk8s charts to a cluster as Pulumi resources, one for each object, so that outputs of other resources reach
 * the constructs and a preview shows every object.
 *
 * Pass the cluster's provider, and with `dependsOn` what must outlive the release: nodes, and the network with its
 * proxy-only subnet, which cannot be deleted before the load balancer.
 */
export class ChartRelease<V extends ReleaseValues = ReleaseValues> extends pulumi.ComponentResource {
  public static readonly DEFAULTS = {
    createNamespaces: false,
    waitForGateway: true,
    waitForWorkloads: true,
    gatewayTimeout: '20m',
  } as const;

  /** The objects by construct path. */
  public readonly objects: Readonly<Record<string, KubernetesObject>>;
  /** Address of the first Gateway; undefined where the charts make none. */
  public readonly gatewayAddress: pulumi.Output<string | undefined>;
  /** Where clients send requests, such as `http://203.0.113.10`; undefined where the charts make no Gateway. */
  public readonly url: pulumi.Output<string | undefined>;
  /** A command that asks for one chat completion; undefined where the charts make no Gateway. */
  public readonly curl: pulumi.Output<string | undefined>;

  public constructor(name: string, args: ChartReleaseArgs<V>, opts: pulumi.ComponentResourceOptions = {}) {
    const settings = { ...ChartRelease.DEFAULTS, ...args };
    const { gatewayTimeout, workloadTimeout } = settings;
    refuseIfAny(name, checkTimeouts({ gatewayTimeout, workloadTimeout }));
    // Without values the chart is given an empty record.
    const values = (args.values ?? {}) as V;
    const plan = planRelease(name, { values, chart: args.chart });
    super('gke-inference-gateway:index:ChartRelease', name, {}, opts);

    const objects = [...(settings.createNamespaces ? missingNamespaces(plan) : []), ...plan.objects];
    const wait: WaitSettings = { ...settings, workloadTimeout };
    this.objects = this.#apply(name, { ...plan, objects }, { wait, dependsOn: opts.dependsOn ?? [] });
    const { address, endpoint } = this.#endpoint(objects);
    this.gatewayAddress = address;
    this.url = endpoint.apply((known) => known?.url);
    this.curl = pulumi
      .all([endpoint, args.model ?? servedModel(objects)])
      .apply(([known, model]) => (known === undefined ? undefined : curlCommand(known, model)));
    this.registerOutputs({ gatewayAddress: this.gatewayAddress, url: this.url, curl: this.curl });
  }

  #apply(name: string, plan: ReleasePlan, { wait, dependsOn }: ApplyOptions): Record<string, KubernetesObject> {
    const names = objectNames(
      name,
      plan.objects.map(({ path }) => path),
    );
    const manifests = plan.objects.map(({ manifest }) => manifest);
    // Nothing is sent before the plan is proven. The values' own resources thereby become dependencies of every object,
    // so that on the way down a load balancer is gone before the address or the policy that it uses.
    const first = [plan.proven.apply((): pulumi.Resource[] => []), dependsOn];
    const made: Record<string, KubernetesObject> = {};
    for (const { object, after } of releaseOrder(plan.objects)) {
      const { annotations, ...timeouts } = readinessOf(object.manifest, wait, manifests);
      const before = after.flatMap((path) => made[path] ?? []);
      made[object.path] = makeObject(names.get(object.path) ?? object.path, annotated(object, annotations), {
        parent: this,
        // Pulumi gathers nested lists and outputs; its types only name one level.
        dependsOn: [...first, ...before] as pulumi.Input<pulumi.Resource>[],
        ...timeouts,
      });
    }
    return made;
  }

  #endpoint(objects: readonly PlannedObject[]): EndpointOutputs {
    const gateway = objects.find(({ manifest }) => isKind(manifest, GATEWAY_GROUP, 'Gateway'));
    const status = gateway === undefined ? undefined : this.objects[gateway.path]?.status;
    if (gateway === undefined || status === undefined) {
      return { address: pulumi.output(undefined), endpoint: pulumi.output(undefined) };
    }
    const address = status.apply(addressOf);
    const routes = objects.filter(({ manifest }) => isKind(manifest, GATEWAY_GROUP, 'HTTPRoute'));
    const endpoint = pulumi.all([address, sentOf([gateway, ...routes])]).apply(([known, sent]) => {
      const [own, ...all] = sent as readonly Manifest[];
      return known === undefined || own === undefined
        ? undefined
        : endpointOf({ gateway: own, routes: all, address: known });
    });
    return { address, endpoint };
  }
}

interface ApplyOptions {
  readonly wait: WaitSettings;
  readonly dependsOn: pulumi.Input<pulumi.Input<pulumi.Resource>[]> | pulumi.Input<pulumi.Resource>;
}

interface EndpointOutputs {
  readonly address: pulumi.Output<string | undefined>;
  readonly endpoint: pulumi.Output<Endpoint | undefined>;
}

/** The objects as they are sent, which are manifests once the values in them are known. */
function sentOf(objects: readonly PlannedObject[]): pulumi.Output<unknown> {
  // Typed as unknown, or TypeScript would unwrap a recursive type without end.
  return pulumi.output(objects.map(({ args }): unknown => args));
}

/** Reads only the objects that can name a model: the result is secret if anything in them is. */
function servedModel(objects: readonly PlannedObject[]): pulumi.Output<string> {
  const naming = objects.filter(({ manifest }) => modelNameOf([manifest]) !== undefined);
  return sentOf(naming).apply((sent) => modelNameOf(sent as readonly Manifest[]) ?? 'MODEL');
}

function annotated(object: PlannedObject, annotations: Readonly<Record<string, string>>): PlannedObject {
  if (Object.keys(annotations).length === 0) return object;
  // Objects inside an object stay objects: only texts become outputs.
  const metadata = object.args['metadata'] as ObjectArgs;
  const merged = { ...(metadata['annotations'] as ObjectArgs | undefined), ...annotations };
  return { ...object, args: { ...object.args, metadata: { ...metadata, annotations: merged } } };
}
