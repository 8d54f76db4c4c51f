import { Service, type ServiceArgs } from '@pulumi/gcp/projects';
import type * as pulumi from '@pulumi/pulumi';
import { childOf } from './component';
import { applyTransform, type Transform } from './transform';

/** Which APIs to enable, and where. */
export interface GoogleServicesArgs {
  /**
   * Project to enable them in.
   * @default - the provider's project
   */
  readonly project?: pulumi.Input<string> | undefined;
  /** Names such as `container.googleapis.com`. */
  readonly services: readonly string[];
  /**
   * Changes to the arguments of each.
   * @default - none
   */
  readonly transform?: Transform<ServiceArgs> | undefined;
}

/** Enables Google APIs. They stay enabled on destroy: other things in the project may use them. */
export function enableServices(parent: pulumi.Resource, name: string, args: GoogleServicesArgs): readonly Service[] {
  return args.services.map((service) => {
    const role = service.replace(/\.googleapis\.com$/, '');
    const serviceArgs = applyTransform<ServiceArgs>(args.transform, {
      ...(args.project === undefined ? {} : { project: args.project }),
      service,
      disableOnDestroy: false,
    });
    return new Service(`${name}-api-${role}`, serviceArgs, childOf(parent));
  });
}
