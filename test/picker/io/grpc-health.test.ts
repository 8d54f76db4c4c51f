import { BinaryReader } from 'google-protobuf';
import { constants } from 'node:http2';
import { healthMethods, type ServingStatus } from '../../../lib/picker/io/grpc-health';
import type { RawCall } from '../../support/picker/ext-proc-client';
import { ServedDirector, until } from '../../support/picker/served-director';

const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

let served: ServedDirector;
let statuses: Record<string, ServingStatus>;

async function call(method: string): Promise<RawCall> {
  statuses = { '': 'SERVING', readiness: 'NOT_SERVING' };
  const more = healthMethods({
    status: (service) => statuses[service] ?? 'SERVICE_UNKNOWN',
    services: Object.keys(statuses),
    watchIntervalMs: 1,
  });
  served = await ServedDirector.start({ more });
  return (await served.client()).call(`/grpc.health.v1.Health/${method}`);
}

afterEach(() => {
  served.stop();
});

/** `HealthCheckRequest`. */
const request = (service: string): Buffer =>
  service === '' ? Buffer.alloc(0) : Buffer.concat([Buffer.of(0x0a, service.length), Buffer.from(service)]);

function statusOf(response: Uint8Array): number {
  const reader = new BinaryReader(response);
  reader.nextField();
  return reader.readEnum();
}

test.each([
  ['', SERVING],
  ['readiness', NOT_SERVING],
])("Check tells the status of '%s'", async (service, status) => {
  const check = await call('Check');

  check.send(request(service));
  check.halfClose();

  expect(statusOf(await check.next())).toBe(status);
  expect((await check.end()).status).toBe(0);
});

test('Check of a service that is not known is an error, as the health checking protocol says', async () => {
  const check = await call('Check');

  check.send(request('nobody'));

  expect(await check.end()).toMatchObject({ status: 5, message: "there is no service 'nobody'" });
});

test('List tells all', async () => {
  const list = await call('List');

  list.send(Buffer.alloc(0));

  const found: Record<string, number> = {};
  const reader = new BinaryReader(await list.next());
  while (reader.nextField()) {
    const entry = new BinaryReader(reader.readBytes());
    let key = '';
    while (entry.nextField()) {
      if (entry.getFieldNumber() === 1) key = entry.readString();
      else found[key] = statusOf(entry.readBytes());
    }
  }
  expect(found).toEqual({ '': SERVING, readiness: NOT_SERVING });
});

test('Watch tells the status at once and when it is another, of unknown services too', async () => {
  const watch = await call('Watch');

  watch.send(request('later'));
  watch.halfClose();
  const told = [statusOf(await watch.next())];
  statuses['later'] = 'NOT_SERVING';
  told.push(statusOf(await watch.next()));
  statuses['later'] = 'SERVING';
  told.push(statusOf(await watch.next()));

  expect(told).toEqual([SERVICE_UNKNOWN, NOT_SERVING, SERVING]);
  watch.stream.close(constants.NGHTTP2_CANCEL);
  await until(() => served.server.streams === 0);
});

test.each(['Check', 'List', 'Watch'])('%s without a request is an error', async (method) => {
  const check = await call(method);

  check.halfClose();

  expect(await check.end()).toMatchObject({ status: 3, message: 'the call ended without a request' });
});

test.each(['Check', 'Watch'])('%s of bytes that are no request is an error', async (method) => {
  const check = await call(method);

  check.send(Buffer.of(0x0a, 9));

  expect(await check.end()).toMatchObject({
    status: 3,
    message: 'malformed protobuf at byte 2: field 1 is 9 bytes long, only 0 follow',
  });
});
