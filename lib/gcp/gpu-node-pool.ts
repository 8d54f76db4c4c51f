import { NodePool, type NodePoolArgs } from '@pulumi/gcp/container';
import * as pulumi from '@pulumi/pulumi';
import { type MachineShape } from '../core/accelerators/accelerator';
import { type GpuPoolSettings } from '../core/gke/gpu-pool-settings';
import { type GpuPoolPlan, type NodeTaint, planGpuPool } from '../core/gke/gpu-pool-plan';
import { type Problem } from '../core/problem';
import { type ClusterFacts } from './cluster-facts';
import { childOf, InvalidArgsError, typeToken } from './component';
import { gpuPoolConfig } from './gpu-pool-config';
import { applyTransform, type Transforms } from './transform';

/** Children of GpuNodePool whose arguments can be changed. */
export type GpuNodePoolTransforms = Transforms<{ nodePool: NodePoolArgs }>;

/** Arguments of {@link GpuNodePool}. */
export interface GpuNodePoolArgs extends GpuPoolSettings {
  /** Standard cluster that the pool belongs to. */
  readonly cluster: ClusterFacts;
  /**
   * Disk images whose container images are on every node before it starts, `projects/P/global/images/I`.
   * @default - none
   * @see https://cloud.google.com/kubernetes-engine/docs/how-to/data-container-image-preloading
   */
  readonly secondaryBootDisks?: readonly pulumi.Input<string>[];
  /**
   * Name of a placement policy that exists, for compactPlacement; machines such as a4x need one of their own.
   * @default - GKE makes one
   */
  readonly placementPolicy?: pulumi.Input<string>;
  /**
   * Labels of the nodes, for selectors.
   * @default - those of GKE alone
   */
  readonly labels?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Labels of the machines, for bills.
   * @default - none
   */
  readonly resourceLabels?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Changes to the arguments of child resources.
   * @default - none
   */
  readonly transform?: GpuNodePoolTransforms;
}

/**
 * Nodes with GPUs. Made from the same accelerator as a model server, they carry the label that its pods select, the
 * taint that they tolerate, and as many GPUs as they ask for.
 */
export class GpuNodePool extends pulumi.ComponentResource {
  public readonly nodePool: NodePool;
  /** Machine of the nodes. */
  public readonly machine: MachineShape;
  /** What one node offers as `nvidia.com/gpu`. */
  public readonly schedulableGpus: number;
  /** Labels of the nodes that pods may select. */
  public readonly nodeLabels: Readonly<Record<string, string>>;
  /** Taint of the nodes. */
  public readonly taint: NodeTaint;
  public readonly nodePoolName: pulumi.Output<string>;

  public constructor(name: string, args: GpuNodePoolArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = planOrRefuse(name, args);
    super(typeToken('GpuNodePool'), name, {}, opts);

    this.machine = plan.machine;
    this.schedulableGpus = plan.schedulableGpus;
    this.nodeLabels = plan.nodeLabels;
    this.taint = plan.taint;
    for (const warning of plan.warnings) void pulumi.log.warn(`${name}: ${warning}`, this);
    const nodePoolArgs = applyTransform<NodePoolArgs>(args.transform?.nodePool, gpuPoolConfig(args, plan));
    const options = {
      dependsOn: [...args.cluster.ready],
      // The autoscaler owns the count; a new pool must not take the old one's name.
      ignoreChanges: ['initialNodeCount'],
    };
    this.nodePool = new NodePool(name, nodePoolArgs, childOf(this, options));
    this.nodePoolName = this.nodePool.name;
    this.registerOutputs({ nodePoolName: this.nodePoolName });
  }
}

function planOrRefuse(name: string, args: GpuNodePoolArgs): GpuPoolPlan {
  const { cluster } = args;
  const secondaryBootDisks = (args.secondaryBootDisks ?? []).length > 0;
  const planned = planGpuPool(args, { location: cluster.location, zones: cluster.zones, secondaryBootDisks });
  const problems: readonly Problem[] = [...onAutopilot(cluster), ...lonelyPolicy(args), ...planned.problems];
  if (planned.plan === undefined || problems.length > 0) throw new InvalidArgsError(name, problems);
  return planned.plan;
}

function onAutopilot(cluster: ClusterFacts): readonly Problem[] {
  if (cluster.mode === 'standard') return [];
  return [
    {
      what: 'a GPU node pool in an Autopilot cluster',
      why: 'Google makes the nodes there, for the pods that select an accelerator',
      fix: "leave the pool out, or use a cluster of mode 'standard'",
    },
  ];
}

function lonelyPolicy(args: GpuNodePoolArgs): readonly Problem[] {
  if (args.placementPolicy === undefined || args.compactPlacement === true) return [];
  return [
    {
      what: 'placementPolicy without compactPlacement',
      why: 'a policy says how nodes are placed close together',
      fix: 'set compactPlacement to true',
    },
  ];
}
