import { BinaryReader, BinaryWriter } from 'google-protobuf';
import { GRPC_HEALTH_SERVICE } from '../../../lib/core/picker/ext-proc';
import type { PickerOptions } from '../../../lib/picker/options';
import { parseFlags } from '../../../lib/picker/flags-parse';
import { parseOptions } from '../../../lib/picker/options-parse';
import type { PodFacts } from '../../../lib/picker/pool/pod-facts';
import type { PoolState } from '../../../lib/picker/pool/pool-state';
import { createPickerServer, type PickerParts } from '../../../lib/picker/server';
import type { PickerAddresses, PickerServer } from '../../../lib/picker/server-lifecycle';
import type { EndpointSource, SourceFactory, SourceTargets } from '../../../lib/picker/server-source';
import { RawClient } from './ext-proc-client';

/** Flags that put every server on a free port and leave TLS out. */
export const FREE_PORTS = ['--grpc-port=0', '--grpc-health-port=0', '--metrics-port=0', '--secure-serving=false'];

/** Options of a command line; throws where it is wrong. */
export function pickerOptions(argv: readonly string[]): PickerOptions {
  const result = parseOptions(parseFlags(argv), {});
  if (result.kind === 'invalid') throw new Error(result.problems.map(({ what }) => what).join(', '));
  return result.options;
}

/** A source that a test writes pods through. */
export class TestSource implements EndpointSource {
  public leads = true;
  public resigned = 0;
  public reviewer: EndpointSource['reviewer'];
  #targets: SourceTargets | undefined;

  public readonly factory: SourceFactory = (targets) => {
    this.#targets = targets;
    return this;
  };

  public get pool(): PoolState {
    if (this.#targets === undefined) throw new Error('the picker was not made yet');
    return this.#targets.pool;
  }

  /** Makes the pool known, with pods on this machine at these ports. */
  public pods(...ports: readonly number[]): void {
    this.pool.setSpec({ selector: {}, targetPorts: [] });
    this.pool.replacePods(ports.map((port, i) => localPod(`pod-${i}`, port)));
  }

  public start(): Promise<void> {
    return Promise.resolve();
  }

  public stop(): Promise<void> {
    return Promise.resolve();
  }

  public resign(): void {
    this.resigned++;
  }
}

function localPod(name: string, port: number): PodFacts {
  const identity = { name, namespace: 'default', uid: name, address: '127.0.0.1' };
  return { ...identity, labels: {}, ready: true, activePorts: undefined, ports: [port] };
}

/** A whole picker that runs in this process. */
export interface ServedPicker {
  readonly server: PickerServer;
  readonly source: TestSource;
  readonly ports: PickerAddresses;
  readonly client: () => Promise<RawClient>;
}

const running: ServedPicker[] = [];
const clients: RawClient[] = [];

/** Starts a picker on free ports of this machine, with a source that the test writes to. */
export async function servePicker(argv: readonly string[] = [], parts: PickerParts = {}): Promise<ServedPicker> {
  const source = new TestSource();
  const options = pickerOptions(['--pool-name=test', '--metrics-endpoint-auth=false', ...FREE_PORTS, ...argv]);
  const server = await createPickerServer(options, { host: '127.0.0.1', source: source.factory, ...parts });
  const ports = await server.start();
  const scheme = options.grpc.tls === undefined ? 'http' : 'https';
  const client = async (): Promise<RawClient> => {
    const made = await RawClient.connect(`${scheme}://127.0.0.1:${ports.grpc}`);
    clients.push(made);
    return made;
  };
  const served = { server, source, ports, client };
  running.push(served);
  return served;
}

/** Asks the health service: 1 serving, 2 not serving; undefined for an unknown service. */
export async function healthOf(port: number, service: string): Promise<number | undefined> {
  const client = await RawClient.connect(`http://127.0.0.1:${port}`);
  const call = client.call(`/${GRPC_HEALTH_SERVICE}/Check`);
  const request = new BinaryWriter();
  request.writeString(1, service);
  call.send(request.getResultBuffer());
  call.halfClose();
  const end = await call.end();
  const status = end.status === 0 ? new BinaryReader(await call.next()) : undefined;
  client.destroy();
  return status?.nextField() === true ? status.readEnum() : undefined;
}

/** Fetches a page of the admin server. */
export async function pageOf(port: number, path: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
  return { status: response.status, text: await response.text() };
}

/** Ends every picker that a test started. */
export async function stopPickers(): Promise<void> {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(
    running.splice(0).map(({ server }) => {
      const stopped = server.stop(0);
      server.kill();
      return stopped;
    }),
  );
}

/** Waits until something holds, without a clock: looks again after each turn of the event loop. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}
