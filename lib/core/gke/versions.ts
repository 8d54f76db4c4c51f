import { POOL_APIS, type PoolApi } from '../api-profile';
import type { Problem } from '../problem';
import { atLeast } from '../version';

/** How early a cluster gets new versions. @see https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels */
export type ReleaseChannel = 'RAPID' | 'REGULAR' | 'STABLE' | 'EXTENDED';

/** First release that the inference gateway ran on, before GKE installed the definitions itself. */
const FIRST_WITH_V1ALPHA2 = '1.32.3';

/** `1.34`, `1.34.1` or `1.34.1-gke.1822000`. */
const VERSION = /^\d+\.\d+(\.\d+(-gke\.\d+)?)?$/;

/** The oldest GKE version that serves a pool API. */
export function oldestGke(pool: PoolApi): string {
  return POOL_APIS[pool].bundledSinceGke ?? FIRST_WITH_V1ALPHA2;
}

/**
 * What to ask GKE for when a cluster is made: the minor version alone, since the patch that brought an API leaves the
 * channels again while the minor version still is in them.
 */
export function minimumVersion(pool: PoolApi): string {
  return minor(oldestGke(pool));
}

/** Checks a version that a user asked for against what the pool API needs. */
export function checkGkeVersion(field: string, version: string, pool: PoolApi): Problem | undefined {
  const oldest = oldestGke(pool);
  if (!VERSION.test(version)) {
    return {
      what: `${field} '${version}' is not a GKE version`,
      why: 'GKE takes a minor version, a patch, or a full version',
      fix: `write it as '${minimumVersion(pool)}' or '${POOL_APIS.v1.bundledSinceGke ?? oldest}'`,
    };
  }
  // A minor version alone means its newest patch.
  const asked = version.split('.').length === 2 ? `${version}.9999` : version;
  if (atLeast(asked, oldest)) return undefined;
  return {
    what: `${field} '${version}' is older than ${oldest}`,
    why: `InferencePool ${pool} needs GKE ${oldest} or newer`,
    fix: pool === 'v1' ? `use '${minimumVersion(pool)}' or newer, or apiProfile 'v1alpha2'` : `use ${oldest} or newer`,
  };
}

function minor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
