import type { NamedPolicy } from '../policy';
import { bookPolicy, least } from './pod-book';

/** Any pod. */
export const RANDOM: NamedPolicy = {
  name: 'random',
  summary: 'any pod',
  make: ({ random }) => bookPolicy('random', { choose: (pods) => least(pods, random, () => 0) }),
};

/** One after the other, as a Kubernetes Service does at best. */
export const ROUND_ROBIN: NamedPolicy = {
  name: 'round-robin',
  summary: 'one pod after the other, as a Service does at best',
  make: ({ random }) => {
    let last = -1;
    return bookPolicy('round-robin', {
      choose(pods) {
        const next = pods.find(({ slot }) => slot > last) ?? pods[0];
        const pod = next ?? least(pods, random, () => 0);
        last = pod.slot;
        return pod;
      },
    });
  },
};

/** The pod with the fewest own requests under way. */
export const LEAST_REQUESTS: NamedPolicy = {
  name: 'least-requests',
  summary: 'the pod with the fewest requests under way',
  make: ({ random }) =>
    bookPolicy('least-requests', { choose: (pods) => least(pods, random, ({ requests }) => requests) }),
};

/** The pod whose KV cache was the emptiest when its metrics were read. */
export const LEAST_KV: NamedPolicy = {
  name: 'least-kv',
  summary: 'the pod whose KV cache is the emptiest by its metrics',
  make: ({ random }) =>
    bookPolicy('least-kv', {
      choose: (pods) => least(pods, random, ({ metrics }) => metrics?.kvCacheUsage ?? 0),
    }),
};
