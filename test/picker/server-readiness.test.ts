import { HEALTH_SERVICES, Readiness } from '../../lib/picker/server-readiness';

function readiness(given: { synced?: boolean; measured?: boolean; leads?: boolean } = {}): Readiness {
  const { synced = true, measured = true, leads = true } = given;
  return new Readiness({ pool: { synced, measured }, leads: () => leads });
}

const statuses = (of: Readiness) => HEALTH_SERVICES.map((service) => of.status(service));

test('everything serves once pods and metrics are known', () => {
  expect(readiness().ready).toBe(true);
  expect(statuses(readiness())).toEqual(['SERVING', 'SERVING', 'SERVING', 'SERVING', 'SERVING']);
});

test.each([
  [{ synced: false }, 'the pool and its pods are not known yet'],
  [{ measured: false }, 'no metrics of a pod were read yet'],
  [{ leads: false }, 'another process leads'],
])('with %j it is alive, and not ready', (given, reason) => {
  const state = readiness(given);

  expect(state.missing).toEqual([reason]);
  expect(statuses(state)).toEqual(['SERVING', 'NOT_SERVING', 'NOT_SERVING', 'NOT_SERVING', 'NOT_SERVING']);
});

test('draining ends readiness for good', () => {
  const state = readiness();

  state.drain();

  expect(state.missing).toEqual(['the process is about to end']);
  expect(state.status('liveness')).toBe('SERVING');
  expect(state.status('readiness')).toBe('NOT_SERVING');
});

test.each(['envoy.service.ext_proc.v2.ExternalProcessor', 'constructor', 'Readiness'])(
  'knows no service %s',
  (name) => {
    expect(readiness().status(name)).toBe('SERVICE_UNKNOWN');
  },
);
