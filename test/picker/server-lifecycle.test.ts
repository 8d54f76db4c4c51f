import type { RawCall, RawClient } from '../support/picker/ext-proc-client';
import { bodyMessage, headersMessage } from '../support/picker/ext-proc-messages';
import { type ServedPicker, servePicker, stopPickers, until } from '../support/picker/served-picker';

/** The one pod takes one request; whatever comes then waits. */
const ONE_AT_A_TIME = `
apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
featureGates: [flowControl]
plugins:
  - { type: queue-scorer }
  - { type: concurrency-detector, parameters: { maxConcurrency: 1 } }
schedulingProfiles:
  - { name: default, plugins: [{ pluginRef: queue-scorer }] }
flowControl: { maxRequests: 10, defaultRequestTTL: 1h, saturationDetector: { pluginRef: concurrency-detector } }
`;

/** Nobody listens there; no server is needed for what is decided here. */
const PORT = 1;

afterEach(async () => {
  jest.useRealTimers();
  await stopPickers();
});

function ask(client: RawClient): RawCall {
  const call = client.call();
  call.send(
    headersMessage('request', [
      [':method', 'POST'],
      [':path', '/v1/completions'],
    ]),
    bodyMessage('request', JSON.stringify({ model: 'llama', prompt: 'hello' }), true),
  );
  return call;
}

/** A picker with one request at its pod and one that waits. */
async function busyPicker(): Promise<ServedPicker & { readonly served: RawCall; readonly waiting: RawCall }> {
  const picker = await servePicker([`--config-text=${ONE_AT_A_TIME}`]);
  picker.source.pods(PORT);
  const client = await picker.client();
  const served = ask(client);
  await served.answers(2);
  const waiting = ask(client);
  await until(async () => (await stateOf(picker)).waiting === 1);
  return { ...picker, served, waiting };
}

async function stateOf({ ports }: ServedPicker): Promise<{ readonly waiting: number }> {
  const response = await fetch(`http://127.0.0.1:${ports.admin}/debug/state`);
  return (await response.json()) as { readonly waiting: number };
}

/** Time stands still from now on, but for the ticks of what waits and the keepalive of connections. */
function stopTheClock(): void {
  jest.useFakeTimers({
    doNotFake: ['Date', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setInterval', 'clearInterval'],
  });
}

test('a request that waits until the end of the drain gets 503, while the one that is served goes on', async () => {
  const { served, server, waiting } = await busyPicker();
  stopTheClock();

  const stopped = server.stop(0);
  await jest.advanceTimersByTimeAsync(89_000);
  expect(waiting.unread).toBe(0);
  await jest.advanceTimersByTimeAsync(1000);

  expect(await waiting.answer()).toMatchObject({
    kind: 'immediate',
    status: 503,
    text: expect.stringContaining('the endpoint picker is shutting down'),
    set: expect.arrayContaining([expect.arrayContaining(['x-llm-d-request-dropped-reason', 'rejected-shutting-down'])]),
  });
  served.send(headersMessage('response', [[':status', '200']], { endOfStream: true }));
  expect((await served.answer()).kind).toBe('response-headers');
  served.halfClose();
  waiting.halfClose();
  await stopped;
  expect([(await served.end()).status, (await waiting.end()).status]).toEqual([0, 0]);
});

test('a request that can go on during the drain is served', async () => {
  const { served, server, waiting } = await busyPicker();

  const stopped = server.stop(0);
  served.send(headersMessage('response', [[':status', '200']], { endOfStream: true }));
  served.halfClose();
  expect((await waiting.answers(2)).map(({ kind }) => kind)).toEqual(['request-headers', 'request-body']);
  waiting.send(headersMessage('response', [[':status', '200']], { endOfStream: true }));
  waiting.halfClose();
  await stopped;

  expect((await waiting.end()).status).toBe(0);
});
