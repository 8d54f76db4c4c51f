import { vllm } from '../../../lib/core/runtimes';
import { Accelerator } from '../../../lib/core/accelerators';
import { vllmSettings } from '../../../lib/local/manifests/vllm-arguments';

test('the command line of vLLM without flags has the defaults of vLLM', () => {
  expect(vllmSettings(['vllm', 'serve', 'Qwen/Qwen3-8B'])).toEqual({
    model: 'Qwen/Qwen3-8B',
    servedNames: ['Qwen/Qwen3-8B'],
    port: 8000,
    tensorParallel: 1,
    pipelineParallel: 1,
    gpuMemoryUtilization: 0.9,
    maxModelLength: undefined,
    maxSequences: undefined,
    maxBatchedTokens: undefined,
    quantization: undefined,
    dataType: undefined,
    fp8KvCache: false,
    prefixCaching: true,
    apiKey: false,
    maxLoras: 0,
    maxCpuLoras: 0,
    adapters: [],
  });
});

test('what the library writes for a server is read back', () => {
  const plan = {
    model: 'google/gemma-3-12b-it',
    servedName: 'gemma',
    facts: undefined,
    accelerator: Accelerator.NVIDIA_L4,
    port: 8080,
    tensorParallel: 2,
    pipelineParallel: 2,
    gpuMemoryUtilization: 0.85,
    maxModelLength: 16_384,
    maxSequences: 64,
    dataType: undefined,
    quantization: 'fp8',
    fp8KvCache: true,
    prefixCaching: false,
    lora: {
      loading: 'static',
      adapters: [
        { name: 'support', source: 'acme/support' },
        { name: 'code', source: 'acme/code' },
      ],
      maxRank: 16,
      maxActive: 2,
      maxInMemory: 4,
    },
    drainSeconds: 30,
  } as const;

  expect(vllmSettings(['vllm', 'serve', ...vllm().args(plan)])).toMatchObject({
    model: 'google/gemma-3-12b-it',
    servedNames: ['gemma'],
    port: 8080,
    tensorParallel: 2,
    pipelineParallel: 2,
    gpuMemoryUtilization: 0.85,
    maxModelLength: 16_384,
    maxSequences: 64,
    quantization: 'fp8',
    fp8KvCache: true,
    prefixCaching: false,
    maxLoras: 2,
    maxCpuLoras: 4,
    adapters: ['support', 'code'],
  });
});

test.each([
  [['--model=a/b'], 'a/b'],
  [['--model', 'a/b'], 'a/b'],
  [['python3', '-m', 'vllm.entrypoints.openai.api_server', '--model', 'a/b'], 'a/b'],
  [['a/b', '--port', '80'], 'a/b'],
])('the model of %j is %s', (commandLine, model) => {
  expect(vllmSettings(commandLine)?.model).toBe(model);
});

test('a command line without a model has no settings', () => {
  expect(vllmSettings(['--port=8000'])).toBeUndefined();
});

test('adapters are written as name=path too, and what is neither is left out', () => {
  const flags = ['m', '--enable_lora', '--lora-modules', 'sql=/adapters/sql', '{broken', 'nothing'];

  expect(vllmSettings(flags)).toMatchObject({ adapters: ['sql'], maxLoras: 1, maxCpuLoras: 1 });
});
