import { defineScorer, scoreWith } from 'gke-inference-gateway/picker';

/**
 * Prefers pods of one zone, and others the less the busier they are. Built to one file by
 * `esbuild custom-scorer.ts --bundle --platform=node --outfile=zone-scorer.js`, mounted into the picker's image, loaded
 * by `--plugin=/plugins/zone-scorer.js` and named in the configuration as `type: zone-scorer`.
 */
export const zoneScorer = defineScorer({
  type: 'zone-scorer',
  parameters: (reader) => ({
    zone: reader.string('zone', 'us-central1-a'),
    otherZones: reader.number('otherZones', 0.5, { min: 0, max: 1 }),
  }),
  create:
    ({ zone, otherZones }) =>
    (_request, endpoint) => {
      if (endpoint.labels['topology.kubernetes.io/zone'] === zone) return 1;
      return otherZones / (1 + endpoint.load.requests);
    },
});

// A team's unit test: no server, no cluster.
const [near, far] = scoreWith(zoneScorer, {
  parameters: { zone: 'europe-west4-b' },
  endpoints: [{ labels: { 'topology.kubernetes.io/zone': 'europe-west4-b' } }, { load: { requests: 1 } }],
});
console.log({ near, far });
