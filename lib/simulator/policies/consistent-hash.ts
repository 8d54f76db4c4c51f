import type { NamedPolicy } from '../policy';
import { mix } from '../random';
import { bookPolicy, least } from './pod-book';

/** Places of a pod on the ring. */
const PLACES = 256;
/** Most requests of a pod, as a multiple of the mean. */
const LOAD_FACTOR = 1.25;

/**
 * Consistent hashing of the prompt's head with bounded loads, as KubeAI routes: the first pod on the ring after the hash
 * whose requests stay below 1.25 times the mean. KubeAI hashes the first 100 characters; here it is the first block.
 * @see https://www.kubeai.org/concepts/load-balancing/
 */
export const CONSISTENT_HASH: NamedPolicy = {
  name: 'consistent-hash',
  summary: 'consistent hashing of the head of the prompt with bounded loads (KubeAI)',
  make: ({ random }) => {
    let ring: readonly { readonly at: number; readonly slot: number }[] = [];
    let pods = 0;
    return bookPolicy('consistent-hash', {
      removed: () => {
        pods = -1;
      },
      choose(all, { hashes }) {
        if (all.length !== pods) {
          pods = all.length;
          ring = all
            .flatMap(({ slot }) => Array.from({ length: PLACES }, (_, i) => ({ at: mix(slot + 1, i), slot })))
            .sort((a, b) => a.at - b.at);
        }
        const total = all.reduce((sum, { requests }) => sum + requests, 0);
        const most = Math.ceil(((total + 1) / all.length) * LOAD_FACTOR);
        const start = firstFrom(ring, mix(hashes[0] ?? 0, 77));
        for (let i = 0; i < ring.length; i++) {
          const place = ring[(start + i) % ring.length];
          const pod = all.find(({ slot }) => slot === place?.slot);
          if (pod !== undefined && pod.requests < most) return pod;
        }
        return least(all, random, ({ requests }) => requests);
      },
    });
  },
};

function firstFrom(ring: readonly { readonly at: number }[], hash: number): number {
  let low = 0;
  let high = ring.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ring[middle]?.at ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}
