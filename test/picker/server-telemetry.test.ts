import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageOf, servePicker, stopPickers, until } from '../support/picker/served-picker';

const pods: Server[] = [];

afterEach(async () => {
  await stopPickers();
  for (const pod of pods.splice(0)) {
    pod.closeAllConnections();
    await new Promise((resolve) => pod.close(resolve));
  }
});

/** A pod whose page of metrics has a status and a text; its port. */
async function podWith(status: number, page: string): Promise<number> {
  const pod = createServer((_, response) => response.writeHead(status).end(page));
  pods.push(pod);
  await new Promise<void>((resolve) => pod.listen(0, '127.0.0.1', resolve));
  return (pod.address() as AddressInfo).port;
}

const FAMILIES = ['datalayer_poll_errors_total', 'datalayer_extract_errors_total'];

test.each([
  ['is not there', 500, '', 'llm_d_epp_datalayer_poll_errors_total'],
  ['is another one', 200, 'hello', 'llm_d_epp_datalayer_extract_errors_total'],
  ['lacks a metric', 200, 'vllm:num_requests_waiting 1\n', 'llm_d_epp_datalayer_extract_errors_total'],
])('a page of metrics that %s counts as one kind of error', async (_, status, page, counted) => {
  const { ports, source } = await servePicker();
  source.pods(await podWith(status, page));
  const errors = async (): Promise<readonly string[]> => {
    const { text } = await pageOf(ports.admin, '/metrics');
    const values = text.split('\n').filter((line) => FAMILIES.some((name) => line.startsWith(`llm_d_epp_${name}{`)));
    return values.filter((line) => !line.endsWith(' 0')).map((line) => line.slice(0, line.indexOf('{')));
  };
  await until(async () => (await errors()).length > 0);

  expect(await errors()).toEqual([counted]);
});
