import { serverSetup } from '../../../lib/local/model-server/plan';
import type { VllmSettings } from '../../../lib/local/manifests/vllm-arguments';
import { serverDeployment, vllmSettings } from '../../support/local/model-servers';

const named = (model: string, more: Partial<VllmSettings> = {}) =>
  serverDeployment({ settings: vllmSettings({ model, ...more }) });

test('a known model on a known GPU has the settings of its command line', () => {
  const setup = serverSetup(
    named('meta-llama/Llama-3.1-8B-Instruct', { maxModelLength: 4096, maxSequences: 32, maxLoras: 0 }),
  );

  expect(setup).toMatchObject({
    summary: 'meta-llama/Llama-3.1-8B-Instruct on 1 x NVIDIA L4',
    maxTokens: 4096,
    warnings: [],
    replica: { maxTokens: 4096, limits: { sequences: 32 }, prefixCaching: true, adapters: undefined },
  });
});

test('no sequence is longer than the KV cache', () => {
  const setup = serverSetup(named('meta-llama/Llama-3.1-8B-Instruct'));

  expect(setup.maxTokens).toBe(setup.replica.blocks * 16);
});

test('a model whose name tells its size is estimated, with a warning', () => {
  const { warnings, summary } = serverSetup(named('acme/secret-7b-chat', { maxModelLength: 4096 }));

  expect(summary).toBe('acme/secret-7b-chat on 1 x NVIDIA L4');
  expect(warnings).toEqual([
    expect.stringMatching(
      /^Deployment inference\/llm \(llm\.yaml:1\): model acme\/secret-7b-chat is not in the catalogue; it is played as 7 billion parameters in the shape of \S+$/,
    ),
  ]);
});

test.each([
  ['acme/tiny-0.5B', '0.5'],
  ['acme/mix-8x7B-it', '56'],
  ['acme/m.13b', '13'],
])('%s is taken as %s billion parameters', (model, billions) => {
  const { warnings } = serverSetup(
    serverDeployment({ settings: vllmSettings({ model }), acceleratorLabel: 'nvidia-b200', gpus: 8 }),
  );

  expect(warnings[0]).toContain(`played as ${billions} billion parameters`);
});

test('a model of which nothing is known is refused', () => {
  expect(() => serverSetup(named('meta-llama/Llama-3.1-8-Instruct'))).toThrow(
    `Deployment inference/llm (llm.yaml:1): 1 invalid setting
  - model meta-llama/Llama-3.1-8-Instruct
      why: it is not in the catalogue, and its name tells no number of parameters such as 8B, so nobody knows how fast it is
      fix: did you mean meta-llama/Llama-3.1-8B-Instruct? Else add it to lib/core/models`,
  );
});

test('a model that does not fit is refused, with its Deployment', () => {
  expect(() => serverSetup(named('meta-llama/Llama-3.1-70B-Instruct'))).toThrow(
    /^Deployment inference\/llm \(llm\.yaml:1\): 1 invalid setting\n {2}- .*70B.* on 1 x NVIDIA L4\n {6}why: its weights leave no room for a KV cache/,
  );
});

test.each([
  [undefined, 'it selects no accelerator'],
  ['tpu-v6e-slice', 'accelerator tpu-v6e-slice is not in the catalogue'],
])('nodes with accelerator %s are played as L4', (acceleratorLabel, said) => {
  const { warnings } = serverSetup(serverDeployment({ acceleratorLabel }));

  expect(warnings).toEqual([`Deployment inference/llm (llm.yaml:1): ${said}; it is played as on NVIDIA L4`]);
});
