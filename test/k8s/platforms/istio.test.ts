import { istioPlatform } from 'gke-inference-gateway';
import { newChart, only, synth } from '../../support/manifests';
import { servedModel } from '../../support/stacks';

test("Istio is told to take the picker's own certificate, and gets none of GKE's policies", () => {
  const chart = newChart();
  servedModel(chart, { platform: istioPlatform });
  const manifests = synth(chart);

  expect(only(manifests, 'DestinationRule').spec).toEqual({
    host: only(manifests, 'Service').metadata.name,
    trafficPolicy: { tls: { mode: 'SIMPLE', insecureSkipVerify: true } },
  });
  expect(manifests.map(({ kind }) => kind)).not.toContain('HealthCheckPolicy');
});
