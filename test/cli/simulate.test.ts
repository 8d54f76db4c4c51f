import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { Accelerator, InferenceGateway, ServedModel } from 'gke-inference-gateway';
import { run } from '../../lib/cli/main';
import type { CliPort } from '../../lib/cli/port';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

async function simulate(args: readonly string[], terminal: Partial<CliPort> = {}): Promise<Ran> {
  let out = '';
  let error = '';
  let time = 0;
  const code = await run(['simulate', ...args], {
    out: (text) => (out += text),
    error: (text) => (error += text),
    interactive: false,
    columns: 80,
    now: () => (time += 1000),
    ...terminal,
  });
  return { code, out, error };
}

const SHORT = ['--rate', '2', '--duration', '10', '--warmup', '0', '--replicas', '2'];

const folder = (): string => mkdtempSync(join(tmpdir(), 'simulate-'));

test('prints a table with a row for each policy', async () => {
  const { code, out } = await simulate([...SHORT, '--policy', 'round-robin,oracle']);

  expect(code).toBe(0);
  expect(out).toContain('2 replicas of meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA L4 (from the command line)');
  expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual(
    expect.arrayContaining(['POLICY', 'round-robin', 'oracle']),
  );
});

test('the same command prints the same', async () => {
  const [first, second] = [await simulate(SHORT), await simulate(SHORT)];

  expect(first).toEqual(second);
});

test('prints JSON', async () => {
  const { out } = await simulate([...SHORT, '--policy', 'upstream-default', '--json']);
  const { summaries } = JSON.parse(out) as { summaries: readonly { policy: string; lost: number }[] };

  expect(summaries).toMatchObject([{ policy: 'upstream-default', lost: 0 }]);
});

test('writes a report that needs no other file', async () => {
  const file = join(folder(), 'report.html');

  await simulate([...SHORT, '--policy', 'round-robin', '--html', file]);
  const html = readFileSync(file, 'utf8');

  expect(html).toContain('<polyline');
  expect(html).not.toMatch(/(src|href)=/);
});

test('shows progress on a terminal, and takes it away', async () => {
  const { error } = await simulate([...SHORT, '--policy', 'round-robin'], { interactive: true });

  expect(error).toContain('round-robin');
  expect(error.endsWith('\r\u001b[2K')).toBe(true);
});

test('runs the configuration of a file', async () => {
  const file = join(folder(), 'picker.yaml');
  writeFileSync(
    file,
    [
      'apiVersion: llm-d.ai/v1alpha1',
      'kind: EndpointPickerConfig',
      'plugins: [{ type: random-picker }]',
      'schedulingProfiles: [{ name: default, plugins: [{ pluginRef: random-picker }] }]',
    ].join('\n'),
  );

  const { code, out } = await simulate([...SHORT, '--config', file, '--policy', 'configured']);

  expect([code, out.includes('\nconfigured ')]).toEqual([0, true]);
});

test('replays a trace', async () => {
  const file = join(folder(), 'trace.jsonl');
  const lines = [0, 500, 900].map((timestamp) =>
    JSON.stringify({ timestamp, input_length: 700, output_length: 20, hash_ids: [1, 2 + timestamp] }),
  );
  writeFileSync(file, lines.join('\n'));

  const { out } = await simulate(['--trace', file, '--policy', 'round-robin', '--json', '--replicas', '1']);
  const { summaries } = JSON.parse(out) as { summaries: readonly { requests: number; hitRatio: number }[] };

  expect(summaries[0]?.requests).toBe(3);
  expect(summaries[0]?.hitRatio).toBeCloseTo((2 * 512) / 2100, 6);
});

test('takes servers and configuration from manifests', async () => {
  const outdir = folder();
  const app = new App({ outdir });
  const chart = new Chart(app, 'chat', { namespace: 'inference' });
  new InferenceGateway(chart, 'gateway').addRoute(
    new ServedModel(chart, 'llama', {
      model: 'meta-llama/Llama-3.1-8B-Instruct',
      accelerator: Accelerator.NVIDIA_H100_80GB,
      replicas: 4,
      huggingFaceToken: { secretName: 'hf-token', key: 'token' },
      picker: { image: 'registry.example.com/endpoint-picker:1.0.0' },
    }),
  );
  app.synth();

  const { code, out, error } = await simulate(['--stack', outdir, '--rate', '2', '--duration', '10']);

  expect([code, error]).toEqual([0, '']);
  expect(out).toContain('4 replicas of meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA H100 80GB');
  expect(out).toContain('\nconfigured ');
});

describe('refuses, with a way out,', () => {
  test.each([
    ['no rate', [], /no --rate\n.*why: a generated workload needs.*\n.*fix: give --rate/],
    ['a rate that is none', ['--rate', 'fast'], /--rate fast\n.*why: it must be a number of at least 0.000001/],
    ['half a replica', ['--rate', '1', '--replicas', '1.5'], /--replicas 1.5\n.*why: it must be a whole number/],
    ['an unknown policy', ['--rate', '1', '--policy', 'orakel'], /--policy orakel\n.*\n.*fix: did you mean oracle\?/],
    ['an unknown workload', ['--rate', '1', '--workload', 'chats'], /--workload chats\n.*\n.*fix: did you mean chat\?/],
    ['an unknown accelerator', ['--rate', '1', '--accelerator', 'H900'], /--accelerator H900\n.*\n.*fix: use NVIDIA_/],
    [
      'an unknown model',
      ['--rate', '1', '--model', 'Qwen/Qwen3-8'],
      /model Qwen\/Qwen3-8\n.*\n.*fix: did you mean Qwen\/Qwen3-8B\?/,
    ],
    [
      'a model that does not fit',
      ['--rate', '1', '--model', 'meta-llama/Llama-3.1-70B-Instruct'],
      /its weights leave no room for a KV cache\n.*fix: use 2, 4 or 8 GPUs/,
    ],
    ['a missing trace', ['--trace', '/nowhere'], /--trace \/nowhere\n.*why: the file cannot be read/],
    ['a missing stack', ['--stack', '/nowhere', '--rate', '1'], /\/nowhere\n.*why: there is no such file/],
    ['a trace and a workload', ['--trace', 'a', '--workload', 'chat'], /--trace beside --workload/],
  ])('%s', async (_name, args, message) => {
    const { code, out, error } = await simulate(args);

    expect([code, out]).toEqual([1, '']);
    expect(error).toMatch(message);
  });

  test('a trace whose line is broken', async () => {
    const file = join(folder(), 'trace.jsonl');
    writeFileSync(file, '{"timestamp": 0}\n');

    const { error } = await simulate(['--trace', file]);

    expect(error).toContain('line 1 of the trace: input_length must be a number of at least 1');
  });

  test('an option that it does not have', async () => {
    const { code, error } = await simulate(['--speed', '3']);

    expect(code).toBe(1);
    expect(error).toContain("error: unknown option '--speed'");
  });
});

test('help names the policies and workloads', async () => {
  const { code, out } = await simulate(['--help']);

  expect(code).toBe(0);
  expect(out).toMatch(/upstream-strongest[\s\S]*documents/);
});
