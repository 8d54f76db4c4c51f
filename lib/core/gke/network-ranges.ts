import { problemsOf, type Problem } from '../problem';
import { checkCidr, overlap, parseCidr } from './cidr';

/**
 * Addresses that Google's health checks come from.
 * @see https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges
 */
export const HEALTH_CHECK_RANGES: readonly string[] = Object.freeze(['130.211.0.0/22', '35.191.0.0/16']);

/** Ranges of a VPC-native cluster and its regional load balancers. */
export interface NetworkRanges {
  readonly nodeRange: string;
  readonly podRange: string;
  readonly serviceRange: string;
  readonly proxyRange: string;
}

/** Room for 1,024 nodes, 4,096 Services and the load balancers of one region. */
export const DEFAULT_NETWORK_RANGES: NetworkRanges = Object.freeze({
  nodeRange: '10.0.0.0/20',
  podRange: '10.4.0.0/14',
  serviceRange: '10.8.0.0/20',
  proxyRange: '10.9.0.0/23',
});

/** What the ranges must hold. */
export interface NetworkDemand {
  /** Nodes of all pools together, at their highest. */
  readonly maxNodes: number;
  /** Pods that one node may run; GKE reserves twice as many addresses, rounded up to a power of two. */
  readonly maxPodsPerNode: number;
}

/** A cluster of ordinary size. */
export const DEFAULT_NETWORK_DEMAND: NetworkDemand = Object.freeze({ maxNodes: 64, maxPodsPerNode: 110 });

/** Smallest ranges, by their prefix. @see https://cloud.google.com/load-balancing/docs/proxy-only-subnets#proxy_only_subnet_size */
const LONGEST_PREFIX: Readonly<Record<keyof NetworkRanges, number>> = {
  nodeRange: 29,
  podRange: 28,
  serviceRange: 28,
  proxyRange: 26,
};

/** Addresses that Compute Engine keeps of every subnet. */
const RESERVED_ADDRESSES = 4;

/** Prefix of the pod range of one node. @see https://cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr */
export function podBlockPrefix(maxPodsPerNode: number): number {
  return 32 - Math.ceil(Math.log2(2 * Math.max(maxPodsPerNode, 8)));
}

/** Nodes that the ranges hold: the smaller of what the node range and the pod range allow. */
export function nodeCapacity(nodeRange: string, podRange: string, maxPodsPerNode: number): number {
  const nodes = (parseCidr(nodeRange)?.size ?? 0) - RESERVED_ADDRESSES;
  const blocks = (parseCidr(podRange)?.size ?? 0) / 2 ** (32 - podBlockPrefix(maxPodsPerNode));
  return Math.max(0, Math.min(nodes, Math.floor(blocks)));
}

/** Checks that each range is one, is large enough, and shares no address with another. */
export function checkNetworkRanges(ranges: NetworkRanges, demand: NetworkDemand): readonly Problem[] {
  const fields = FIELDS.map((field) => ({ field, text: ranges[field] }));
  const malformed = problemsOf(...fields.map(({ field, text }) => checkCidr(field, text)));
  // What follows needs ranges that can be read.
  if (malformed.length > 0) return malformed;
  return problemsOf(...FIELDS.map((field) => checkSize(field, ranges[field])), checkOverlaps(ranges), [
    ...checkDemand(ranges, demand),
  ]);
}

const FIELDS = ['nodeRange', 'podRange', 'serviceRange', 'proxyRange'] as const;

/** Checks the size of a range for a proxy-only subnet. */
export function checkProxyRange(text: string): Problem | undefined {
  return checkSize('proxyRange', text);
}

function checkSize(field: keyof NetworkRanges, text: string): Problem | undefined {
  const longest = LONGEST_PREFIX[field];
  const cidr = parseCidr(text);
  if (cidr === undefined || cidr.prefix <= longest) return undefined;
  return {
    what: `${field} '${text}' is too small`,
    why: field === 'proxyRange' ? 'a proxy-only subnet has at least 64 addresses' : `the smallest is a /${longest}`,
    fix: field === 'proxyRange' ? 'use a /26 or larger; a /23 is recommended' : `use a /${longest} or larger`,
  };
}

function checkOverlaps(ranges: NetworkRanges): readonly Problem[] {
  const pairs = FIELDS.flatMap((a, i) => FIELDS.slice(i + 1).map((b) => [a, b] as const));
  return pairs.flatMap(([a, b]) => {
    const [first, second] = [parseCidr(ranges[a]), parseCidr(ranges[b])];
    if (first === undefined || second === undefined || !overlap(first, second)) return [];
    return [
      {
        what: `${a} '${ranges[a]}' and ${b} '${ranges[b]}' overlap`,
        why: 'ranges of one network must be disjoint',
        fix: `move ${b} behind ${a}`,
      },
    ];
  });
}

function checkDemand(ranges: NetworkRanges, demand: NetworkDemand): readonly Problem[] {
  const { maxNodes, maxPodsPerNode } = demand;
  const capacity = nodeCapacity(ranges.nodeRange, ranges.podRange, maxPodsPerNode);
  if (maxNodes <= capacity) return [];
  const block = podBlockPrefix(maxPodsPerNode);
  return [
    {
      what: `nodeRange '${ranges.nodeRange}' and podRange '${ranges.podRange}' hold ${capacity} nodes, not ${maxNodes}`,
      why: `a node takes one address and, for ${maxPodsPerNode} pods, a /${block} of the pod range`,
      fix: 'use larger ranges, or lower maxNodes or maxPodsPerNode',
    },
  ];
}
