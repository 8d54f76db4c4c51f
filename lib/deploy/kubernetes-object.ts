import * as kubernetes from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { groupOf, type Manifest } from './manifest';
import { type ObjectArgs } from './release-plan';

/** Modules of @pulumi/kubernetes by API group. */
const MODULES: Readonly<Record<string, string>> = {
  '': 'core',
  'admissionregistration.k8s.io': 'admissionregistration',
  'apiextensions.k8s.io': 'apiextensions',
  'apiregistration.k8s.io': 'apiregistration',
  apps: 'apps',
  autoscaling: 'autoscaling',
  batch: 'batch',
  'coordination.k8s.io': 'coordination',
  'discovery.k8s.io': 'discovery',
  'networking.k8s.io': 'networking',
  'node.k8s.io': 'node',
  policy: 'policy',
  'rbac.authorization.k8s.io': 'rbac',
  'resource.k8s.io': 'resource',
  'scheduling.k8s.io': 'scheduling',
  'storage.k8s.io': 'storage',
};

type ObjectClass = new (name: string, args: ObjectArgs, opts: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** An object as Pulumi keeps it. Custom resources have a `status` too, which Pulumi's own class hides. */
export type KubernetesObject = pulumi.CustomResource & { readonly status?: pulumi.Output<unknown> };

/**
 * Makes the Pulumi resource of an object: the class of its kind, which knows secret fields and former API versions, or
 * CustomResource.
 */
export function makeObject(
  name: string,
  object: { readonly manifest: Manifest; readonly args: ObjectArgs },
  opts: pulumi.CustomResourceOptions,
): KubernetesObject {
  const { apiVersion, kind } = object.manifest;
  const ofKind = classOf(object.manifest);
  if (ofKind !== undefined) return new ofKind(name, object.args, opts);
  // An argument without a value is not sent, but its output is read back.
  const args: kubernetes.apiextensions.CustomResourceArgs = { ...object.args, apiVersion, kind, status: undefined };
  return new kubernetes.apiextensions.CustomResource(name, args, opts);
}

function classOf(manifest: Manifest): ObjectClass | undefined {
  const module = MODULES[groupOf(manifest)];
  if (module === undefined) return undefined;
  const version = manifest.apiVersion.slice(manifest.apiVersion.indexOf('/') + 1);
  // The package has one class for each kind, at group.version.kind, and no table of them.
  const groups = kubernetes as unknown as Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, ObjectClass>>>>>
  >;
  return groups[module]?.[version]?.[manifest.kind];
}
