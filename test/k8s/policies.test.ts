import { Duration } from 'cdk8s';
import { existingPods, type BackendOptions, type HealthCheckOptions } from 'gke-inference-gateway';
import { newChart, only, refusal, synth, type Manifest } from '../support/manifests';
import { modelServer, pool, servedModel } from '../support/stacks';

function stackOf(options: { healthCheck?: HealthCheckOptions; backend?: BackendOptions }): readonly Manifest[] {
  const chart = newChart();
  servedModel(chart, options);
  return synth(chart);
}

function refusalOf(options: { healthCheck?: HealthCheckOptions; backend?: BackendOptions }): string | undefined {
  const chart = newChart();
  servedModel(chart, options);
  return refusal(chart);
}

describe('health check', () => {
  test('asks the path and the port of the pods', () => {
    const chart = newChart();
    pool(chart, { modelServer: modelServer(chart, { port: 9000 }) });
    const { spec } = only(synth(chart), 'HealthCheckPolicy');

    expect(spec.targetRef).toEqual({
      group: 'inference.networking.k8s.io',
      kind: 'InferencePool',
      name: 'test-pool',
    });
    expect(spec.default.config).toEqual({
      type: 'HTTP',
      httpHealthCheck: { requestPath: '/health', portSpecification: 'USE_FIXED_PORT', port: 9000 },
    });
  });

  test('asks each port of pods with several', () => {
    const chart = newChart();
    pool(chart, { modelServer: existingPods({ selectorLabels: { app: 'x' }, targetPorts: [8000, 8001] }) });
    const { httpHealthCheck } = only(synth(chart), 'HealthCheckPolicy').spec.default.config;

    expect(httpHealthCheck).toEqual({ requestPath: '/health', portSpecification: 'USE_SERVING_PORT' });
  });

  test('follows the group of the pool', () => {
    const chart = newChart();
    pool(chart, { apiProfile: 'v1alpha2' });

    expect(only(synth(chart), 'HealthCheckPolicy').spec.targetRef.group).toBe('inference.networking.x-k8s.io');
  });

  test('must end before the next one starts', () => {
    const healthCheck = { interval: Duration.seconds(5), timeout: Duration.seconds(10) };

    expect(refusalOf({ healthCheck })).toMatchInlineSnapshot(`
     "[test/model/health-check] timeout of 10 s with an interval of 5 s
           why: a check must end before the next one starts
           fix: set timeout to at most 5 s, or a longer interval"
    `);
  });

  test('takes thresholds from 1 to 10', () => {
    expect(refusalOf({ healthCheck: { unhealthyThreshold: 11 } })).toMatchInlineSnapshot(`
     "[test/model/health-check] unhealthyThreshold 11
           why: it counts failures
           fix: use a whole number from 1 to 10"
    `);
  });
});

describe('backend', () => {
  test('answers may take an hour by default, and a leaving pod drains as long as it serves', () => {
    const manifests = stackOf({});
    const { terminationGracePeriodSeconds } = manifests[0]!.spec.template.spec;

    expect(only(manifests, 'GCPBackendPolicy').spec.default).toEqual({
      timeoutSec: 3600,
      connectionDraining: { drainingTimeoutSec: terminationGracePeriodSeconds },
      logging: { enabled: true, sampleRate: 100_000 },
    });
  });

  test('takes a Cloud Armor policy', () => {
    const manifests = stackOf({ backend: { securityPolicy: 'armor', logSampleRate: 0 } });

    expect(only(manifests, 'GCPBackendPolicy').spec.default).toMatchObject({
      securityPolicy: 'armor',
      logging: { enabled: false },
    });
  });

  test('refuses values out of range', () => {
    const backend = { timeout: Duration.days(30_000), drainingTimeout: Duration.hours(2), logSampleRate: 10 };

    expect(refusalOf({ backend })).toMatchInlineSnapshot(`
     "[test/model/backend-policy] timeout (seconds) 2592000000
           why: GKE waits whole seconds
           fix: use a whole number from 1 to 2147483647
       [test/model/backend-policy] drainingTimeout (seconds) 7200
           why: GKE drains for at most an hour
           fix: use a whole number from 0 to 3600
       [test/model/backend-policy] logSampleRate 10
           why: it is a part of the requests
           fix: use a number from 0 to 1"
    `);
  });
});
