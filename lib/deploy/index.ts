export { ChartRelease, type ChartReleaseArgs } from './chart-release';
export { type KubernetesObject } from './kubernetes-object';
export { parseStackOutputs } from './outputs-file';
export { ReleaseError } from './release-error';
export { type ReleaseValue, type ReleaseValues } from './stand-ins';
