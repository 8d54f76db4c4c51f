import type { Agent, OutgoingHttpHeaders, RequestOptions } from 'node:http';
import type * as https from 'node:https';

/** How to reach the API server, and as whom. */
export interface KubeAccess {
  readonly server: URL;
  /** What every request needs: asked for each time, because tokens are replaced while a process runs. */
  credentials(): Promise<KubeCredentials>;
}

export interface KubeCredentials {
  readonly headers: OutgoingHttpHeaders;
  readonly agent: Agent;
}

/**
 * Access from a kubeconfig file; without one from the pod's own service account, then `KUBECONFIG`, then
 * `~/.kube/config`. The client library is loaded only here: it is large, and a picker with a file of endpoints needs
 * none.
 */
export async function loadKubeAccess(kubeconfig: string | undefined): Promise<KubeAccess> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (kubeconfig !== undefined) config.loadFromFile(kubeconfig);
  else if (process.env['KUBERNETES_SERVICE_HOST'] !== undefined) config.loadFromCluster();
  else config.loadFromDefault();
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current context; set one, or name another file');
  const agents = new AgentCache();
  return {
    server: new URL(cluster.server),
    credentials: async () => {
      const options: https.RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      return { headers: headersOf(options), agent: agents.latest(options) };
    },
  };
}

/** Keeps an agent as long as its certificates are the same: a new one for every request would keep no connection. */
class AgentCache {
  #agent: Agent | undefined;
  #fingerprint: string | undefined;

  public latest(options: https.RequestOptions): Agent {
    const fingerprint = JSON.stringify([options.ca, options.cert, options.key]);
    if (this.#agent === undefined || this.#fingerprint !== fingerprint) {
      // The library always makes an agent: for proxies, with the cluster's certificates.
      this.#agent = options.agent as Agent;
      this.#fingerprint = fingerprint;
    }
    return this.#agent;
  }
}

function headersOf({ headers, auth }: RequestOptions): OutgoingHttpHeaders {
  const basic = typeof auth === 'string' ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  return { ...(headers as OutgoingHttpHeaders | undefined), ...basic };
}
