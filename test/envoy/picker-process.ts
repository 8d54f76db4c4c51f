import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, freePort, until } from './envoy-process';

/** The picker as it is shipped: the bundle that `npm run build` makes. */
const BUNDLE = join(__dirname, '..', '..', 'build', 'picker-image', 'inference-endpoint-picker.cjs');

/** What a file of endpoints says. */
export interface EndpointsFile {
  readonly endpoints: readonly { readonly name: string; readonly address: string; readonly port: number }[];
  readonly objectives?: readonly { readonly name: string; readonly priority: number }[];
  readonly rewrites?: readonly object[];
}

export interface PickerPorts {
  readonly grpc: number;
  readonly health: number;
  readonly metrics: number;
}

export interface PickerOptions {
  readonly endpoints: EndpointsFile;
  readonly config?: string;
  readonly args?: readonly string[];
  readonly ports?: PickerPorts;
}

/** A picker in a process of its own, with its endpoints in a file. */
export class PickerProcess {
  public readonly ports: PickerPorts;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #log = '';

  private constructor(
    private readonly options: PickerOptions,
    ports: PickerPorts,
  ) {
    this.ports = ports;
    this.#folder = mkdtempSync(join(tmpdir(), 'picker-'));
    this.setEndpoints(options.endpoints);
    if (options.config !== undefined) writeFileSync(join(this.#folder, 'config.yaml'), options.config);
  }

  public static async start(options: PickerOptions): Promise<PickerProcess> {
    const ports = options.ports ?? { grpc: await freePort(), health: await freePort(), metrics: await freePort() };
    const picker = new PickerProcess(options, ports);
    await picker.start();
    return picker;
  }

  /** What the process wrote last, for messages of failing tests. */
  public get log(): string {
    return this.#log;
  }

  /** Replaces the file as an editor does. */
  public setEndpoints(endpoints: EndpointsFile): void {
    const file = join(this.#folder, 'endpoints.yaml');
    writeFileSync(`${file}.new`, JSON.stringify(endpoints));
    renameSync(`${file}.new`, file);
  }

  /** Starts the process, again on the same ports where it ran before, and waits until it is ready. */
  public async start(): Promise<void> {
    if (!existsSync(BUNDLE)) throw new Error('the picker is not built: run npm run build');
    const child = spawn(process.execPath, [BUNDLE, ...this.#args()], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#log = (this.#log + text).slice(-20_000)));
    }
    const ready = async (): Promise<boolean> => {
      const answer = await fetch(`http://127.0.0.1:${this.ports.metrics}/metrics`).catch(() => undefined);
      return answer?.ok === true && /ready_endpoints(\{[^}]*\})? [1-9]/.test(await answer.text());
    };
    const noEndpoints = this.options.endpoints.endpoints.length === 0;
    const up = noEndpoints ? (): Promise<boolean> => this.healthy() : ready;
    await until(`the picker to be ready\n${this.#log}`, up, () => child.exitCode !== null).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#log}`, { cause: error });
    });
  }

  public async healthy(): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.metrics}/healthz`).catch(() => undefined);
    return answer?.ok === true;
  }

  /** Asks it to drain and end. */
  public async terminate(): Promise<void> {
    if (this.#child !== undefined) await ended(this.#child, 'SIGTERM', 60_000);
  }

  /** Ends it without warning, as a lost node does. */
  public async kill(): Promise<void> {
    if (this.#child !== undefined) await ended(this.#child, 'SIGKILL');
  }

  public async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A page of `/debug`, which the loopback may read. */
  public async debug(path: string): Promise<unknown> {
    return (await fetch(`http://127.0.0.1:${this.ports.metrics}/debug/${path}`)).json();
  }

  #args(): readonly string[] {
    return [
      `--endpoints-file=${join(this.#folder, 'endpoints.yaml')}`,
      `--grpc-port=${this.ports.grpc}`,
      `--grpc-health-port=${this.ports.health}`,
      `--metrics-port=${this.ports.metrics}`,
      '--metrics-endpoint-auth=false',
      '--drain-timeout=1s',
      ...(this.options.config === undefined ? [] : [`--config-file=${join(this.#folder, 'config.yaml')}`]),
      ...(this.options.args ?? []),
    ];
  }
}
