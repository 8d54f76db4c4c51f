import { type Problem, ValidationError } from '../problem';

/**
 * What manifests may need to know of a cluster: plain data without secrets, so that it can go from `pulumi stack output`
 * to a file and from there to `cdk8s synth`.
 */
export interface ClusterOutputs {
  readonly project: string;
  /** Region or zone of the control plane. */
  readonly location: string;
  readonly region: string;
  readonly clusterName: string;
  /** Identity pool of the cluster's workloads, such as `my-project.svc.id.goog`. */
  readonly workloadPool: string;
  /** Email of the nodes' service account; absent where the cluster was adopted. */
  readonly nodeServiceAccount?: string | undefined;
  /** Range of the load balancers' proxies, for network policies; absent where it is not known. */
  readonly proxyRange?: string | undefined;
}

const REQUIRED = ['project', 'location', 'region', 'clusterName', 'workloadPool'] as const;
const OPTIONAL = ['nodeServiceAccount', 'proxyRange'] as const;

/**
 * Reads the outputs of a stack back, as `pulumi stack output outputs --json` printed them.
 *
 * @throws ValidationError that names every missing or malformed field
 */
export function parseClusterOutputs(value: unknown): ClusterOutputs {
  const fields: Readonly<Record<string, unknown>> = isRecord(value) ? value : {};
  const problems = [
    ...REQUIRED.flatMap((key) => checkField(key, fields[key], true)),
    ...OPTIONAL.flatMap((key) => checkField(key, fields[key], false)),
  ];
  if (problems.length > 0) throw new ValidationError('cluster outputs', problems);
  const text = (key: string): string => String(fields[key]);
  return {
    project: text('project'),
    location: text('location'),
    region: text('region'),
    clusterName: text('clusterName'),
    workloadPool: text('workloadPool'),
    ...(fields['nodeServiceAccount'] === undefined ? {} : { nodeServiceAccount: text('nodeServiceAccount') }),
    ...(fields['proxyRange'] === undefined ? {} : { proxyRange: text('proxyRange') }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkField(key: string, value: unknown, required: boolean): readonly Problem[] {
  if (value === undefined ? !required : typeof value === 'string' && value !== '') return [];
  return [
    {
      what: value === undefined ? `${key} is missing` : `${key} is not a text`,
      why: 'the cluster stack exports it as part of `outputs`',
      fix: 'export `cluster.outputs` and run `pulumi stack output outputs --json` again',
    },
  ];
}
