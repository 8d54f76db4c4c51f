import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PickerFlavor } from '../../lib/core/picker/flavors';
import { helpText } from '../../lib/picker/flags-help';
import type { ProcessPort } from '../../lib/picker/io/process';
import { runMain } from '../../lib/picker/main-run';
import { FREE_PORTS, until } from '../support/picker/served-picker';

const folder = mkdtempSync(join(tmpdir(), 'main-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A process that keeps what is written to it. */
class TestProcess implements ProcessPort {
  public readonly env = {};
  public outText = '';
  public errText = '';
  public exited: number | undefined;
  /** Whether somebody waits for signals. */
  public waits = false;
  public signal: (name: string) => void = () => undefined;
  public fatal: (error: unknown) => void = () => undefined;

  public constructor(public readonly argv: readonly string[]) {}

  public readonly lines: string[] = [];
  public readonly logStream = { write: (line: string): void => void this.lines.push(line) };
  public readonly out = (text: string): void => void (this.outText += text);
  public readonly err = (text: string): void => void (this.errText += text);
  public readonly onStopSignal = (callback: (name: string) => void): void => {
    this.signal = callback;
    this.waits = true;
  };
  public readonly onFatal = (callback: (error: unknown) => void): void => void (this.fatal = callback);
  public readonly says = (message: string): boolean => this.lines.some((line) => line.includes(`"msg":"${message}`));
  public readonly exit = (code: number): void => void (this.exited = code);
}

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const port = new TestProcess(argv);
  const code = await runMain(port);
  return { code, out: port.outText, err: port.errText };
}

test('shows help and version', async () => {
  expect(await run('--help')).toEqual({ code: 0, out: helpText(), err: '' });
  expect(await run('--version')).toEqual({ code: 0, out: `${PickerFlavor.BUNDLED.version}\n`, err: '' });
});

test('explains what is wrong with a command line', async () => {
  const { code, out, err } = await run('--pool-nam=llm', '--grpc-port=x');

  expect([code, out]).toEqual([2, '']);
  expect(err).toMatchInlineSnapshot(`
   "there are 2 mistakes in the command line:
     - --pool-nam is not a flag
         why: the picker would run with other settings than you think
         fix: write --pool-name
     - --grpc-port 'x'
         why: its value is a port from 1 to 65535, or 0 for a free one
         fix: write --grpc-port=9002
   Use --help for all flags.
   "
  `);
  expect((await run()).err).toMatch(/^there is a mistake in the command line:\n.*no --pool-name\n/);
});

const RIGHT = `
apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
  - type: queue-scorer
`;

describe('check-config', () => {
  test('says that a configuration is right', async () => {
    const path = file('right.yaml', RIGHT);

    const { code, out } = await run('check-config', path);

    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^${path} is right: \\d+ plugins, 1 profile\n$`));
  });

  test('says with its line what is wrong', async () => {
    const path = file('wrong.yaml', `${RIGHT}  - type: queue-scorrer\n`);

    await expect(run('check-config', path)).rejects.toThrow(/line 6, column \d+: .*queue-scorrer/);
  });

  test('says which file is not there', async () => {
    await expect(run('check-config', '/no/such')).rejects.toThrow(
      /^check-config: 1 invalid setting\n.*\/no\/such cannot be read\n.*ENOENT/,
    );
  });
});

test('replay refuses what is no exported decision', async () => {
  const { code, out } = await run('replay', file('decision.json', '{}'));

  expect(code).toBe(2);
  expect(out).toContain('why:');
});

describe('serving', () => {
  const endpoints = file('endpoints.yaml', 'endpoints: []\n');

  test('ends with its signal, and with a second one at once', async () => {
    const port = new TestProcess([`--endpoints-file=${endpoints}`, '--v=0', ...FREE_PORTS]);
    const ended = runMain(port);
    await until(() => port.says('listening'));

    port.signal('SIGTERM');
    await until(() => port.says('draining'));
    port.signal('SIGTERM');

    expect(await ended).toBe(0);
    expect(port.exited).toBeUndefined();
    expect(port.lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'endpoints were read',
      'listening',
      'draining: not ready any more, and still serving',
      'a second signal: what is left is broken off',
      'stopped',
    ]);
  });

  test('ends with a signal that comes before it listens', async () => {
    const port = new TestProcess([`--endpoints-file=${endpoints}`, ...FREE_PORTS]);
    const ended = runMain(port);
    await until(() => port.waits);

    port.signal('SIGINT');

    expect(await ended).toBe(0);
    expect(port.says('stopped')).toBe(true);
  });

  test('a file of endpoints that is not there ends the start', async () => {
    await expect(run('--endpoints-file=/no/such', ...FREE_PORTS)).rejects.toThrow(
      '--endpoints-file: 1 invalid setting',
    );
  });

  test('a configuration without endpoints ends the start', async () => {
    await expect(run(`--config-text=${RIGHT}`, ...FREE_PORTS)).rejects.toThrow('no --pool-name');
  });

  test('an error that nobody caught ends the process', async () => {
    const port = new TestProcess([`--endpoints-file=${endpoints}`, '--v=0', ...FREE_PORTS]);
    const ended = runMain(port);
    await until(() => port.says('listening'));

    port.fatal(new Error('a bug'));

    expect(port.exited).toBe(1);
    expect(port.lines.at(-1)).toContain('"error":"a bug"');
    port.signal('SIGINT');
    await ended;
  });
});
