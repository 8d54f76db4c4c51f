import { type Manifest } from '../../lib/deploy/manifest';
import { checkTimeouts, type Readiness, readinessOf, type WaitSettings } from '../../lib/deploy/readiness';
import { manifest } from './objects';

const DEFAULTS: WaitSettings = {
  waitForGateway: true,
  waitForWorkloads: true,
  gatewayTimeout: '20m',
  workloadTimeout: undefined,
};

function readiness(of: Manifest, settings: Partial<WaitSettings> = {}, others: readonly Manifest[] = []): Readiness {
  return readinessOf(of, { ...DEFAULTS, ...settings }, [of, ...others]);
}

const gateway = manifest('gateway.networking.k8s.io/v1/Gateway');
const server = manifest('apps/v1/Deployment', { progressDeadlineSeconds: 2400, replicas: 2 });

describe('readinessOf', () => {
  it('waits until a Gateway is programmed', () => {
    expect(readiness(gateway)).toEqual({
      annotations: { 'pulumi.com/waitFor': 'condition=Programmed' },
      customTimeouts: { create: '20m', update: '20m', delete: '20m' },
    });
    expect(readiness(gateway, { waitForGateway: false }).annotations).toEqual({});
  });

  it('leaves annotations of the chart alone', () => {
    const annotated = (key: string): Manifest =>
      manifest('gateway.networking.k8s.io/v1/Gateway', {}, { annotations: { [key]: 'true' } });

    expect(readiness(annotated('pulumi.com/skipAwait')).annotations).toEqual({});
    expect(readiness(annotated('pulumi.com/waitFor')).annotations).toEqual({});
  });

  it.each([
    ['a Deployment with a deadline', server, { create: '2520s', update: '4920s' }],
    ['a Deployment without one', manifest('apps/v1/Deployment'), { create: '720s', update: '720s' }],
    ['a large one', manifest('apps/v1/Deployment', { replicas: 100 }), { create: '720s', update: '7320s' }],
    ['a StatefulSet', manifest('apps/v1/StatefulSet', { replicas: 3 }), { create: '1920s', update: '1920s' }],
    ['a Job', manifest('batch/v1/Job'), { create: '1920s', update: '1920s' }],
    [
      'a Job with a deadline',
      manifest('batch/v1/Job', { activeDeadlineSeconds: 3600 }),
      { create: '3720s', update: '3720s' },
    ],
  ])('gives %s the time that Kubernetes gives it', (_what, of, customTimeouts) => {
    expect(readiness(of)).toEqual({ annotations: {}, customTimeouts });
  });

  it('waits for a Service as long as for the pods behind it', () => {
    const service = manifest('v1/Service');

    expect(readiness(service, {}, [server])).toEqual({
      annotations: {},
      customTimeouts: { create: '2520s', update: '4920s', delete: '20m' },
    });
  });

  it('lets the user choose times, or not wait', () => {
    expect(readiness(server, { workloadTimeout: '1h' }).customTimeouts).toEqual({ create: '1h', update: '1h' });
    expect(readiness(server, { waitForWorkloads: false }).annotations).toEqual({ 'pulumi.com/skipAwait': 'true' });
  });

  it('gives the deletion of a namespace the time of the load balancers in it', () => {
    expect(readiness(manifest('v1/Namespace'), { gatewayTimeout: '45m' })).toEqual({
      annotations: {},
      customTimeouts: { delete: '45m' },
    });
  });

  it('has nothing to say about other kinds', () => {
    expect(readiness(manifest('v1/ConfigMap'))).toEqual({ annotations: {} });
    expect(readiness(manifest('gateway.example.com/v1/Gateway'))).toEqual({ annotations: {} });
  });
});

describe('checkTimeouts', () => {
  it('accepts durations and refuses everything else', () => {
    expect(checkTimeouts({ a: '20m', b: '1h30m', c: '90s', d: '1.5h', e: undefined })).toEqual([]);
    expect(checkTimeouts({ gatewayTimeout: '20 minutes', workloadTimeout: '' }).map(({ what }) => what)).toEqual([
      `gatewayTimeout '20 minutes' is not a duration`,
      `workloadTimeout '' is not a duration`,
    ]);
  });
});
