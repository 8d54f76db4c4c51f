import * as pulumi from '@pulumi/pulumi';
import { type Problem, ValidationError } from '../core/problem';

/** Type token of a component, `gke-inference-gateway:index:InferenceCluster`. */
export function typeToken(component: string): string {
  return `gke-inference-gateway:index:${component}`;
}

/** Options of a component's child: the component is its parent, and hands its providers down. */
export function childOf(
  parent: pulumi.Resource,
  ...options: readonly pulumi.CustomResourceOptions[]
): pulumi.CustomResourceOptions {
  return options.reduce<pulumi.CustomResourceOptions>((merged, next) => pulumi.mergeOptions(merged, next), { parent });
}

/**
 * Thrown by a component before it makes any resource. Pulumi prints a `RunError` without a stack trace, so that the
 * reader sees the problems alone.
 */
export class InvalidArgsError extends pulumi.RunError {
  public override readonly name = 'InvalidArgsError';

  public constructor(
    /** Logical name of the component. */
    public readonly resource: string,
    public readonly problems: readonly Problem[],
  ) {
    super(new ValidationError(resource, problems).message);
  }
}

/** Throws one error with all problems, or returns when there are none. Called before `super`. */
export function refuseIfAny(resource: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InvalidArgsError(resource, problems);
}
