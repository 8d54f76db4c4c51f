import type { Endpoint, EndpointLoad, EndpointMetrics } from '../scheduling/endpoint';

/** What makes an endpoint the one it is. */
export interface EndpointIdentity {
  readonly slot: number;
  readonly generation: number;
  readonly podName: string;
  readonly namespace: string;
  /** Index of the port among the pool's ports. */
  readonly rank: number;
  readonly address: string;
  readonly port: number;
  readonly readyAt: number;
}

/** Refusals after which nobody is believed to serve there; a single one may be that of a restart. */
const REFUSALS_OF_UNREACHABLE = 2;

/** An endpoint as its pool holds it: the pool alone changes `metrics`, `labels` and `refusals`. */
export class PoolEndpoint implements Endpoint {
  public readonly id: string;
  public readonly slot: number;
  public readonly generation: number;
  public readonly podName: string;
  public readonly namespace: string;
  public readonly rank: number;
  public readonly address: string;
  public readonly port: number;
  public readonly hostPort: string;
  public labels: Readonly<Record<string, string>>;
  public metrics: EndpointMetrics | undefined = undefined;
  /** Connections that its address refused since it took one. */
  public refusals = 0;
  public readonly load: EndpointLoad;
  public readonly readyAt: number;

  public constructor(identity: EndpointIdentity, labels: Readonly<Record<string, string>>, load: EndpointLoad) {
    this.id = `${identity.podName}-rank-${identity.rank}`;
    this.slot = identity.slot;
    this.generation = identity.generation;
    this.podName = identity.podName;
    this.namespace = identity.namespace;
    this.rank = identity.rank;
    this.address = identity.address;
    this.port = identity.port;
    this.hostPort = hostPort(identity.address, identity.port);
    this.labels = labels;
    this.load = load;
    this.readyAt = identity.readyAt;
  }

  public get unreachable(): boolean {
    return this.refusals >= REFUSALS_OF_UNREACHABLE;
  }
}

/** Address and port as in a URL. */
export function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
