/** Google APIs that each part of a stack needs. */
export const GoogleApis = Object.freeze({
  NETWORK: Object.freeze(['compute.googleapis.com']),
  /** `networkservices` serves the callouts to the endpoint picker. */
  CLUSTER: Object.freeze([
    'compute.googleapis.com',
    'container.googleapis.com',
    'iam.googleapis.com',
    'logging.googleapis.com',
    'monitoring.googleapis.com',
    'networkservices.googleapis.com',
  ]),
  IMAGES: Object.freeze(['artifactregistry.googleapis.com']),
});

/**
 * Roles of a node's service account: logs, metrics and pulling images, nothing else.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#use_least_privilege_sa
 */
export const NODE_ROLES: readonly string[] = Object.freeze([
  'roles/container.defaultNodeServiceAccount',
  'roles/artifactregistry.reader',
]);

/** Nodes get their rights from roles alone. */
export const NODE_OAUTH_SCOPES: readonly string[] = Object.freeze(['https://www.googleapis.com/auth/cloud-platform']);

/** The pool of identities that a project's clusters share. */
export function workloadPool(project: string): string {
  return `${project}.svc.id.goog`;
}

/**
 * The IAM principal of a Kubernetes service account, for roles without a Google service account between.
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity#principal-id-examples
 */
export function workloadPrincipal(workload: {
  readonly project: string;
  readonly projectNumber: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}): string {
  const { project, projectNumber, namespace, serviceAccount } = workload;
  const pool = `projects/${projectNumber}/locations/global/workloadIdentityPools/${workloadPool(project)}`;
  return `principal://iam.googleapis.com/${pool}/subject/ns/${namespace}/sa/${serviceAccount}`;
}
