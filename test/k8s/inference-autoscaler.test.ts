import { Duration } from 'cdk8s';
import { type AutoscalingOptions, InferenceAutoscaler } from 'gke-inference-gateway';
import { named, newChart, only, refusal, synth } from '../support/manifests';
import { servedModel } from '../support/stacks';

test('scales the model server on waiting and on running requests', () => {
  const chart = newChart();
  servedModel(chart, { autoscaling: { maxReplicas: 8 }, maxSequences: 64 });
  const { spec } = only(synth(chart), 'HorizontalPodAutoscaler');

  expect(spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'test-model-server' });
  expect(spec.metrics.map((metric: { pods: object }) => metric.pods)).toEqual([
    {
      metric: { name: 'prometheus.googleapis.com|vllm:num_requests_waiting|gauge' },
      target: { type: 'AverageValue', averageValue: '5' },
    },
    {
      metric: { name: 'prometheus.googleapis.com|vllm:num_requests_running|gauge' },
      target: { type: 'AverageValue', averageValue: '48' },
    },
  ]);
});

test('leaves the number of pods out of the Deployment, which would reset it at every apply', () => {
  const chart = newChart();
  servedModel(chart, { autoscaling: { maxReplicas: 8 }, replicas: 3 });

  expect(named(synth(chart), 'Deployment', 'test-model-server').spec).not.toHaveProperty('replicas');
});

test.each<[string, AutoscalingOptions]>([
  ['fewer than one pod', { minReplicas: 0, maxReplicas: 2 }],
  ['more at least than at most', { minReplicas: 3, maxReplicas: 2 }],
  ['a window that Kubernetes does not look back for', { maxReplicas: 2, scaleDownWindow: Duration.hours(2) }],
])('refuses %s', (_case, autoscaling) => {
  const chart = newChart();
  servedModel(chart, { autoscaling });

  expect(refusal(chart)).toMatchSnapshot();
});

test('refuses a second autoscaler of a model server', () => {
  const chart = newChart();
  const { server } = servedModel(chart, { autoscaling: { maxReplicas: 2 } });
  new InferenceAutoscaler(chart, 'second', { modelServer: server, maxReplicas: 3 });

  expect(refusal(chart)).toMatchSnapshot();
});
