/** A Compute Engine machine that carries a number of GPUs. */
export interface MachineShape {
  /** Machine type, such as `g2-standard-24`. */
  readonly machineType: string;
  /** GPUs on the machine; a machine type may be listed once for each count that can be attached. */
  readonly gpus: number;
  /** Virtual CPUs. */
  readonly vcpus: number;
  /** Memory, GiB. */
  readonly memoryGib: number;
  /**
   * Local SSD disks of 375 GiB that the machine type must be created with.
   * @default 0
   */
  readonly localSsds?: number;
}

/** What the library must know of an accelerator. */
export interface AcceleratorFacts {
  /** Name in messages, such as `NVIDIA L4`. */
  readonly displayName: string;
  /** Value of the node label `cloud.google.com/gke-accelerator`, also the type in a node pool. */
  readonly gkeAccelerator: string;
  /** Memory of one GPU, GiB, as the driver reports it (a little under the marketed number for some). */
  readonly memoryGib: number;
  /** CUDA compute capability; 8.0 and up have bfloat16, 8.9 and up have FP8 units. */
  readonly computeCapability: number;
  /** Machines, the preferred one of each GPU count first. */
  readonly machines: readonly MachineShape[];
  /**
   * Processor architecture of the machines.
   * @default 'amd64'
   */
  readonly architecture?: 'amd64' | 'arm64';
  /**
   * Boot disk that the machine family insists on.
   * @default - any disk type
   */
  readonly bootDiskType?: 'hyperdisk-balanced' | undefined;
}

/**
 * A GPU that GKE offers. The same value drives the node pool (machine type, driver, taint) and the pod
 * (node selector, `nvidia.com/gpu`, tensor-parallel size), so the two cannot drift apart.
 */
export class GpuAccelerator implements AcceleratorFacts {
  public readonly displayName: string;
  public readonly gkeAccelerator: string;
  public readonly memoryGib: number;
  public readonly computeCapability: number;
  public readonly machines: readonly MachineShape[];
  public readonly architecture: 'amd64' | 'arm64';
  public readonly bootDiskType: 'hyperdisk-balanced' | undefined;

  public constructor(facts: AcceleratorFacts) {
    this.displayName = facts.displayName;
    this.gkeAccelerator = facts.gkeAccelerator;
    this.memoryGib = facts.memoryGib;
    this.computeCapability = facts.computeCapability;
    this.machines = Object.freeze(facts.machines.map((machine) => Object.freeze({ ...machine })));
    this.architecture = facts.architecture ?? 'amd64';
    this.bootDiskType = facts.bootDiskType;
    Object.freeze(this);
  }

  /** GPU counts that some machine offers, ascending. */
  public get gpuCounts(): readonly number[] {
    return [...new Set(this.machines.map((machine) => machine.gpus))].sort((a, b) => a - b);
  }

  /** The preferred machine with exactly this many GPUs, or undefined when there is none. */
  public machineFor(gpus: number): MachineShape | undefined {
    return this.machines.find((machine) => machine.gpus === gpus);
  }

  /**
   * The smallest machine whose GPUs can be dealt out in groups of this size: the preferred one with exactly so many, or
   * a larger one that several replicas share.
   */
  public machineHosting(gpus: number): MachineShape | undefined {
    const shared = this.machines
      .filter((machine) => gpus >= 1 && machine.gpus % gpus === 0)
      .sort((a, b) => a.gpus - b.gpus)[0];
    return this.machineFor(gpus) ?? shared;
  }

  public toString(): string {
    return this.displayName;
  }
}
