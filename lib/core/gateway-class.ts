/** What the library must know of a GatewayClass. */
export interface GatewayClassFacts {
  /** Value of `gatewayClassName`. */
  readonly name: string;
  /** Implementation, which decides the policies that a pool needs. */
  readonly platform: 'gke' | 'istio' | (string & {});
  /** Whether routes of its gateways may send requests to an InferencePool. */
  readonly servesInferencePools: boolean;
  /** Whether it honours `timeouts` of an HTTPRoute. */
  readonly honoursRouteTimeouts: boolean;
  /** Where its load balancer lives; decides how certificates are named. */
  readonly scope: 'regional' | 'global' | 'cross-regional' | 'in-cluster';
  /** Whether clients outside the VPC reach it. */
  readonly external: boolean;
}

function gke(
  name: string,
  scope: GatewayClassFacts['scope'],
  external: boolean,
  servesInferencePools: boolean,
): GatewayClassFacts {
  return Object.freeze({ name, platform: 'gke', scope, external, servesInferencePools, honoursRouteTimeouts: false });
}

const catalog = {
  /** Regional external Application Load Balancer. */
  REGIONAL_EXTERNAL: gke('gke-l7-regional-external-managed', 'regional', true, true),
  /** Regional internal Application Load Balancer. */
  REGIONAL_INTERNAL: gke('gke-l7-rilb', 'regional', false, true),
  /** Global external Application Load Balancer; refuses InferencePools. */
  GLOBAL_EXTERNAL: gke('gke-l7-global-external-managed', 'global', true, false),
  /** Classic Application Load Balancer; refuses InferencePools. */
  CLASSIC_EXTERNAL: gke('gke-l7-gxlb', 'global', true, false),
  /** Multi-cluster internal load balancer; takes imported pools (GCPInferencePoolImport) only. */
  CROSS_REGIONAL_INTERNAL_MULTI_CLUSTER: gke(
    'gke-l7-cross-regional-internal-managed-mc',
    'cross-regional',
    false,
    false,
  ),
  /** Istio's gateways. */
  ISTIO: Object.freeze({
    name: 'istio',
    platform: 'istio',
    scope: 'in-cluster',
    external: true,
    servesInferencePools: true,
    honoursRouteTimeouts: true,
  }),
} as const satisfies Record<string, GatewayClassFacts>;

/** A class of gateways: `GatewayClass.REGIONAL_EXTERNAL`, or `GatewayClass.custom({...})`. */
export type GatewayClass = GatewayClassFacts;

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/gatewayclass-capabilities */
export const GatewayClass = Object.freeze({
  ...catalog,
  /** Describes a class that the catalogue lacks. */
  custom: (facts: GatewayClassFacts): GatewayClass => Object.freeze({ ...facts }),
  /** Every class of the catalogue. */
  all: Object.freeze(Object.values(catalog)),
});
