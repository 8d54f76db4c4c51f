/** How clients reach the control plane of a cluster. */
export interface ControlPlane {
  readonly project: string;
  readonly location: string;
  readonly clusterName: string;
  /** DNS name or address of the API server. */
  readonly host: string;
  /** Base64 of the cluster's own authority; undefined for the DNS endpoint, whose certificate is a public one. */
  readonly certificateAuthority: string | undefined;
}

/**
 * A kubeconfig, as JSON, which is YAML too. It holds no credentials: the plugin gets a token for whoever runs it.
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl#install_plugin
 */
export function kubeconfig(controlPlane: ControlPlane): string {
  const { project, location, clusterName, host, certificateAuthority } = controlPlane;
  const context = `gke_${project}_${location}_${clusterName}`;
  const cluster = {
    server: `https://${host}`,
    ...(certificateAuthority === undefined ? {} : { 'certificate-authority-data': certificateAuthority }),
  };
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'gke-gcloud-auth-plugin',
    installHint: 'Install gke-gcloud-auth-plugin: gcloud components install gke-gcloud-auth-plugin',
    provideClusterInfo: true,
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [{ name: context, cluster }],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
    users: [{ name: context, user: { exec } }],
  });
}
