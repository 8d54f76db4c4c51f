import type { Problem } from '../problem';

/** `us-central1`, `northamerica-northeast1`; with a zone `us-central1-a`, `us-central1-ai1a`. */
const LOCATION = /^([a-z]+-[a-z]+\d+)(-(?:[a-z]|ai\d+[a-z]))?$/;

/** Whether a location is a zone, such as `us-central1-a`; a region otherwise. */
export function isZone(location: string): boolean {
  return LOCATION.exec(location)?.[2] !== undefined;
}

/** The region of a zone or a region. */
export function regionOf(location: string): string {
  return LOCATION.exec(location)?.[1] ?? location;
}

/** Checks that a text can be a region or a zone. Whether it exists, only Google Cloud knows. */
export function checkLocation(field: string, location: string): Problem | undefined {
  if (LOCATION.test(location)) return undefined;
  return {
    what: `${field} '${location}' is neither a region nor a zone`,
    why: 'clusters and load balancers live in one',
    fix: "use a region such as 'us-central1' or a zone such as 'us-central1-a'",
  };
}

/** Checks that a text is a region: subnets have no zone. */
export function checkRegion(region: string): Problem | undefined {
  if (!isZone(region)) return checkLocation('region', region);
  return {
    what: `region '${region}' is a zone`,
    why: 'subnets and regional load balancers span a region',
    fix: `use '${region.slice(0, region.lastIndexOf('-'))}'`,
  };
}

/** Checks that zones are zones of the region that a cluster lives in. */
export function checkZones(field: string, zones: readonly string[], location: string): readonly Problem[] {
  const region = regionOf(location);
  const doubled = zones.filter((zone, i) => zones.indexOf(zone) !== i);
  return [
    ...(zones.length === 0 ? [emptyZones(field)] : []),
    ...doubled.map((zone) => ({
      what: `${field} names '${zone}' twice`,
      why: 'zones form a set',
      fix: 'name it once',
    })),
    ...zones
      .filter((zone) => !isZone(zone) || regionOf(zone) !== region)
      .map((zone) => ({
        what: `${field} '${zone}' is not a zone of ${region}`,
        why: `nodes live in the region of their cluster, and the cluster is in ${location}`,
        fix: `use zones such as '${region}-a'`,
      })),
  ];
}

function emptyZones(field: string): Problem {
  return { what: `${field} is empty`, why: 'nodes need a zone', fix: 'name a zone, or leave the field out' };
}
