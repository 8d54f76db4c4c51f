import { getMachineTypesOutput, getZonesOutput } from '@pulumi/gcp/compute';
import * as pulumi from '@pulumi/pulumi';

/** Where to look. */
export interface ZonesWithMachineArgs {
  /** Machine type, such as `accelerator.machineFor(1)?.machineType`. */
  readonly machineType: string;
  /** Region whose zones are asked. */
  readonly region: string;
  /**
   * Project that asks; what is offered may depend on it.
   * @default - the provider's project
   */
  readonly project?: pulumi.Input<string>;
}

/** Asks Google Cloud which zones of a region offer a machine type. Export it once and write the answer down. */
export function zonesWithMachine(
  args: ZonesWithMachineArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<readonly string[]> {
  const { machineType, region, project } = args;
  const ofProject = project === undefined ? {} : { project };
  const zones = getZonesOutput({ region, ...ofProject }, opts).names;
  return zones.apply((names) =>
    pulumi
      .all(names.map((zone) => getMachineTypesOutput({ zone, filter: `name = "${machineType}"`, ...ofProject }, opts)))
      .apply((answers) => names.filter((_, i) => (answers[i]?.machineTypes.length ?? 0) > 0)),
  );
}
