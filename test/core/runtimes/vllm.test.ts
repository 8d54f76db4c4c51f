import fc from 'fast-check';
import { Accelerator } from '../../../lib/core/accelerators';
import { type LaunchPlan, type LoraPlan } from '../../../lib/core/model-runtime';
import { KNOWN_MODELS, modelFacts } from '../../../lib/core/models';
import { DEFAULT_VLLM_VERSION, vllm } from '../../../lib/core/runtimes';
import { DATA_TYPES, gpu, holds, launchPlan, lora, model, QUANTIZATIONS } from '../builders';

const T4 = Accelerator.NVIDIA_TESLA_T4;

describe('a release', () => {
  test('is pinned when none is chosen', () => {
    expect([DEFAULT_VLLM_VERSION, vllm().version, vllm().image]).toEqual([
      '0.30.0',
      '0.30.0',
      'vllm/vllm-openai:v0.30.0',
    ]);
  });

  test('has its image', () => {
    expect(vllm('0.18.0').image).toBe('vllm/vllm-openai:v0.18.0');
  });

  test('is told from others by pickers and dashboards', () => {
    expect(vllm().name).toBe('vllm');
  });

  // docker/Dockerfile: the entry point was `python3 -m ...api_server` up to 0.11.0, and `vllm serve` after.
  test('is started by a command that every image has', () => {
    expect(vllm('0.10.2').command).toEqual(['vllm', 'serve']);
  });

  test('is loaded when it lists its models, and healthy when its engine is', () => {
    expect(vllm().health).toEqual({ loaded: '/v1/models', healthy: '/health' });
  });

  test('listens on port 8000', () => {
    expect(vllm().defaultPort).toBe(8000);
  });

  test('reads the key of its API from a variable', () => {
    expect(vllm().apiKeyVariable).toBe('VLLM_API_KEY');
  });

  test('cannot be changed', () => {
    const { managedFlags, refusedFlags } = vllm();

    expect([vllm(), managedFlags, refusedFlags].map((value) => Object.isFrozen(value))).toEqual([true, true, true]);
  });
});

// vLLM 0.30, engine/arg_utils.py get_batch_defaults: 1,024 from 70 GiB up except on the A100, otherwise 256.
test.each([
  ['NVIDIA_TESLA_T4', 256],
  ['NVIDIA_L4', 256],
  ['NVIDIA_A100_40GB', 256],
  ['NVIDIA_A100_80GB', 256],
  ['NVIDIA_H100_80GB', 1024],
  ['NVIDIA_H100_MEGA_80GB', 1024],
  ['NVIDIA_H200_141GB', 1024],
  ['NVIDIA_B200', 1024],
  ['NVIDIA_GB200', 1024],
  ['NVIDIA_RTX_PRO_6000', 1024],
] as const)('on %s runs %d requests at once', (name, sequences) => {
  expect(vllm().defaultMaxSequences(Accelerator[name])).toBe(sequences);
});

describe('arguments', () => {
  test('of a plain server are the model and what other objects depend on', () => {
    expect(vllm().args(launchPlan())).toEqual([
      'acme/chat-8b',
      '--port=8000',
      '--tensor-parallel-size=1',
      '--gpu-memory-utilization=0.9',
      '--shutdown-timeout=85',
      '--disable-access-log-for-endpoints=/health,/metrics,/v1/models',
      '--enable-prefix-caching',
    ]);
  });

  test('of a server with every setting name each of them once', () => {
    const plan = launchPlan({
      model: '/models/chat',
      servedName: 'chat',
      port: 9000,
      tensorParallel: 4,
      pipelineParallel: 2,
      gpuMemoryUtilization: 0.85,
      maxModelLength: 8192,
      maxSequences: 64,
      dataType: 'float16',
      quantization: 'awq',
      fp8KvCache: true,
      prefixCaching: false,
      drainSeconds: 20,
      lora: lora({ maxRank: 32, maxActive: 2, maxInMemory: 4 }),
    });

    expect(vllm().args(plan)).toEqual([
      '/models/chat',
      '--served-model-name=chat',
      '--port=9000',
      '--tensor-parallel-size=4',
      '--pipeline-parallel-size=2',
      '--gpu-memory-utilization=0.85',
      '--max-model-len=8192',
      '--max-num-seqs=64',
      '--dtype=float16',
      '--quantization=awq',
      '--kv-cache-dtype=fp8',
      '--shutdown-timeout=20',
      '--disable-access-log-for-endpoints=/health,/metrics,/v1/models',
      '--no-enable-prefix-caching',
      '--enable-lora',
      '--max-loras=2',
      '--max-cpu-loras=4',
      '--max-lora-rank=32',
      '--lora-modules',
      '{"name":"sql","path":"acme/sql-lora","base_model_name":"chat"}',
    ]);
  });

  test('list no adapters that a sidecar loads later', () => {
    const args = vllm().args(launchPlan({ lora: lora({ loading: 'dynamic' }) }));

    expect(args.slice(-4)).toEqual(['--enable-lora', '--max-loras=1', '--max-cpu-loras=2', '--max-lora-rank=16']);
  });

  test('have no empty list of adapters, which vLLM would refuse', () => {
    expect(vllm().args(launchPlan({ lora: lora({ adapters: [] }) }))).not.toContain('--lora-modules');
  });

  test('say that a drain takes no time', () => {
    expect(vllm().args(launchPlan({ drainSeconds: 0 }))).toContain('--shutdown-timeout=0');
  });

  // Releases read: absent in 0.17.0 and there in 0.18.0; the access log's flag absent in 0.11.1 and there in 0.17.0.
  test.each([
    ['0.10.2', false, false],
    ['0.11.1', false, false],
    ['0.17.0', false, true],
    ['0.17.9', false, true],
    ['0.18.0', true, true],
    ['0.33.0', true, true],
  ])('of %s ask for a drain: %p, and for a quiet access log: %p', (version, drains, quiet) => {
    const flags = vllm(version)
      .args(launchPlan())
      .map((arg) => arg.split('=')[0]);

    expect(flags.includes('--shutdown-timeout')).toBe(drains);
    expect(flags.includes('--disable-access-log-for-endpoints')).toBe(quiet);
  });
});

describe('arguments of any plan', () => {
  const anyLora: fc.Arbitrary<LoraPlan> = fc.record({
    loading: fc.constantFrom('static' as const, 'dynamic' as const),
    adapters: fc.array(fc.record({ name: fc.string(), source: fc.string() }), { maxLength: 3 }),
    maxRank: fc.integer(),
    maxActive: fc.integer(),
    maxInMemory: fc.integer(),
  });
  const count = fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined });
  const anyPlan: fc.Arbitrary<LaunchPlan> = fc
    .record({
      model: fc.constantFrom('acme/chat-8b', '/models/chat'),
      servedName: fc.constantFrom('acme/chat-8b', 'chat'),
      port: fc.integer({ min: 1, max: 65_535 }),
      tensorParallel: fc.integer({ min: 1, max: 16 }),
      pipelineParallel: fc.integer({ min: 1, max: 16 }),
      gpuMemoryUtilization: fc.double({ min: 0.1, max: 0.99, noNaN: true }),
      maxModelLength: count,
      maxSequences: count,
      dataType: fc.option(fc.constantFrom(...DATA_TYPES), { nil: undefined }),
      quantization: fc.option(fc.constantFrom(...QUANTIZATIONS), { nil: undefined }),
      fp8KvCache: fc.boolean(),
      prefixCaching: fc.boolean(),
      lora: fc.option(anyLora, { nil: undefined }),
      drainSeconds: fc.nat(3600),
    })
    .map((plan) => launchPlan(plan));
  const anyRuntime = fc.constantFrom('0.10.2', '0.17.0', '0.18.0', '0.30.0').map((version) => vllm(version));
  /** Names of the flags: values of adapters follow `--lora-modules` as arguments of their own. */
  const flagsOf = (args: readonly string[]): readonly string[] =>
    args.filter((arg) => arg.startsWith('-')).map((arg) => arg.split('=', 1)[0]!);

  test('begin with the model', () => {
    holds(
      fc.property(anyRuntime, anyPlan, (runtime, plan) => {
        expect(runtime.args(plan)[0]).toBe(plan.model);
      }),
    );
  });

  test('have no flag twice', () => {
    holds(
      fc.property(anyRuntime, anyPlan, (runtime, plan) => {
        const flags = flagsOf(runtime.args(plan));

        expect(new Set(flags).size).toBe(flags.length);
      }),
    );
  });

  test('have only flags that extraArgs may not repeat', () => {
    holds(
      fc.property(anyRuntime, anyPlan, (runtime, plan) => {
        const known = [...Object.keys(runtime.managedFlags), '--disable-access-log-for-endpoints'];

        expect(flagsOf(runtime.args(plan)).filter((flag) => !known.includes(flag))).toEqual([]);
      }),
    );
  });

  test('have no value that is missing', () => {
    holds(
      fc.property(anyRuntime, anyPlan, (runtime, plan) => {
        const flags = runtime.args(plan).filter((arg) => arg.startsWith('-'));

        expect(flags.filter((flag) => /undefined|NaN|null|=$/.test(flag))).toEqual([]);
      }),
    );
  });

  test('give back the adapters that are loaded at start', () => {
    holds(
      fc.property(anyRuntime, anyPlan, (runtime, plan) => {
        const args = runtime.args(plan);
        const start = args.indexOf('--lora-modules');
        const listed = start < 0 ? [] : args.slice(start + 1).map((text) => JSON.parse(text) as unknown);

        const expected = plan.lora?.loading === 'static' ? plan.lora.adapters : [];
        expect(listed).toEqual(
          expected.map(({ name, source }) => ({ name, path: source, base_model_name: plan.servedName })),
        );
      }),
    );
  });
});

test('every flag that extraArgs may not have names a prop or says what decides', () => {
  const { managedFlags } = vllm();

  expect(Object.keys(managedFlags).filter((flag) => !/^(--[a-z]+(-[a-z]+)*|-[a-z]+)$/.test(flag))).toEqual([]);
  expect(Object.values(managedFlags).filter((prop) => prop.trim() === '')).toEqual([]);
});

// arg_utils.py: short names of the flags that the library writes.
test.each([
  ['-tp', '--tensor-parallel-size'],
  ['-pp', '--pipeline-parallel-size'],
  ['-q', '--quantization'],
])('%s is kept from extraArgs as %s is', (short, long) => {
  const { managedFlags } = vllm();

  expect(managedFlags[short]).toBe(managedFlags[long]);
});

// Either negates a flag that the library writes, or turns on what the library has a prop for.
test.each([
  ['--no-enable-lora', 'adapters'],
  ['--no-enable-prefix-caching', 'prefixCaching'],
  ['--api-key', 'apiKey'],
])('%s is kept from extraArgs in favour of %s', (flag, prop) => {
  expect(vllm().managedFlags[flag]).toBe(prop);
});

test.each(['--host', '--uds', '--ssl-keyfile', '--ssl-certfile', '--root-path'])(
  '%s is refused, because nobody would reach the server',
  (flag) => {
    expect(vllm().refusedFlags[flag]).toBe('probes, the gateway and the picker would no longer reach the server');
  },
);

test.each(['--disable-log-requests', '--num-scheduler-steps', '--use-v2-block-manager'])(
  '%s is refused, because the server would not start',
  (flag) => {
    expect(vllm().refusedFlags[flag]).toBe('vLLM no longer has that flag and would not start');
  },
);

test.each([
  ['--config', 'a file could set flags that other objects depend on'],
  ['--data-parallel-size', 'the pool would have to know a port for each rank'],
  ['-dp', 'the pool would have to know a port for each rank'],
])('%s is refused: %s', (flag, why) => {
  expect(vllm().refusedFlags[flag]).toBe(why);
});

test('no flag is both refused and replaced by a prop', () => {
  const { managedFlags, refusedFlags } = vllm();

  expect(Object.keys(refusedFlags).filter((flag) => flag in managedFlags)).toEqual([]);
});

describe('environment', () => {
  test('names the folders of the driver that GKE mounts, without a shell variable', () => {
    expect(vllm().env(launchPlan())).toEqual({
      LD_LIBRARY_PATH: '/usr/local/nvidia/lib64:/usr/local/cuda/lib64',
    });
  });

  test('lets a sidecar load adapters when it should', () => {
    expect(vllm().env(launchPlan({ lora: lora({ loading: 'dynamic' }) }))).toHaveProperty(
      'VLLM_ALLOW_RUNTIME_LORA_UPDATING',
      'True',
    );
  });

  test('lets nobody load adapters otherwise', () => {
    expect(vllm().env(launchPlan({ lora: lora() }))).not.toHaveProperty('VLLM_ALLOW_RUNTIME_LORA_UPDATING');
  });
});

describe('checks', () => {
  const check = (plan: Partial<LaunchPlan>, version?: string) => vllm(version).check(launchPlan(plan));

  test('find nothing wrong with a plain server', () => {
    expect(check({})).toEqual([]);
  });

  test.each(KNOWN_MODELS.map(({ id }) => id))('find nothing wrong with %s on an H100', (id) => {
    expect(check({ facts: modelFacts(id), accelerator: Accelerator.NVIDIA_H100_80GB })).toEqual([]);
  });

  test('reject bfloat16 on a GPU that has none', () => {
    expect(check({ accelerator: T4, dataType: 'bfloat16' })).toEqual([
      {
        what: 'dataType bfloat16 on NVIDIA T4',
        why: 'it needs compute capability 8, and NVIDIA T4 has 7.5',
        fix: "set dataType: 'float16', or choose a newer accelerator",
      },
    ]);
  });

  test.each(['float16', 'float32'] as const)('accept %s on any GPU', (dataType) => {
    expect(check({ accelerator: T4, dataType })).toEqual([]);
  });

  // vLLM falls back: to float16, or to float32 where the model overflows that.
  test.each(['Qwen/Qwen3-0.6B', 'google/gemma-3-4b-it'])('leave %s to the fallback of a GPU without bfloat16', (id) => {
    expect(check({ accelerator: T4, facts: modelFacts(id) })).toEqual([]);
  });

  test('reject float16 for a model whose values overflow it', () => {
    expect(check({ facts: modelFacts('google/gemma-3-4b-it'), dataType: 'float16' })).toEqual([
      {
        what: 'dataType float16 for google/gemma-3-4b-it',
        why: 'its values overflow that format, and vLLM refuses it',
        fix: 'leave dataType out',
      },
    ]);
  });

  test.each([
    ['NVIDIA_TESLA_T4', 'float16', "set dataType: 'float32', or choose a newer accelerator"],
    ['NVIDIA_TESLA_T4', 'bfloat16', "set dataType: 'float32', or choose a newer accelerator"],
    ['NVIDIA_H100_80GB', 'float16', 'leave dataType out'],
  ] as const)('do not propose, on %s instead of %s, what such a model cannot have', (name, dataType, fix) => {
    const plan = { accelerator: Accelerator[name], facts: modelFacts('google/gemma-3-4b-it'), dataType };

    expect(check(plan).map((problem) => problem.fix)).toEqual([fix]);
  });

  test.each(['bfloat16', 'float32'] as const)('accept %s for such a model', (dataType) => {
    expect(check({ facts: modelFacts('google/gemma-3-4b-it'), dataType })).toEqual([]);
  });

  test('reject a release that the metrics are not known of', () => {
    expect(check({}, '0.10.1')).toEqual([
      {
        what: "vllm('0.10.1')",
        why: 'the release decides flags and metric names, which are known from 0.10.2 on',
        fix: "write the release as in vllm('0.30.0'), and set image for a build of your own",
      },
    ]);
  });

  test.each(['v0.30.0', 'latest', '0.30', '', 'nightly', '0.9.2', '0.30.0 ', '0.30.0@sha256:abc'])(
    "reject '%s' as a release",
    (version) => {
      expect(check({}, version).map(({ what }) => what)).toEqual([`vllm('${version}')`]);
    },
  );

  test.each(['0.10.2', '0.11.0', '0.30.0', '0.30.1.post1', '0.31.0rc1', '1.0.0-cu129'])(
    'accept the release %s',
    (version) => {
      expect(check({}, version)).toEqual([]);
    },
  );

  test('reject a quantization other than the one that a model is published in', () => {
    expect(check({ facts: modelFacts('openai/gpt-oss-20b'), quantization: 'fp8' })).toEqual([
      {
        what: 'quantization fp8 for openai/gpt-oss-20b',
        why: 'its weights are published as mxfp4, and vLLM refuses another format',
        fix: 'leave quantization out',
      },
    ]);
  });

  test('accept the quantization that a model is published in', () => {
    expect(check({ facts: modelFacts('openai/gpt-oss-20b'), quantization: 'mxfp4' })).toEqual([]);
  });

  test.each(['awq', 'gptq', 'mxfp4'] as const)(
    'reject %s for weights that are published unquantized',
    (quantization) => {
      expect(check({ facts: modelFacts('Qwen/Qwen3-8B'), quantization })).toEqual([
        {
          what: `quantization ${quantization} for Qwen/Qwen3-8B`,
          why: 'its weights are published unquantized, and vLLM makes only fp8 while it loads',
          fix: `name a repository with ${quantization} weights, or set quantization: 'fp8'`,
        },
      ]);
    },
  );

  test.each(['fp8', 'bitsandbytes'] as const)('accept %s, which vLLM makes while it loads', (quantization) => {
    expect(check({ facts: modelFacts('Qwen/Qwen3-8B'), quantization }, '0.24.0')).toEqual([]);
  });

  test.each(QUANTIZATIONS)('accept %s for weights that are not known', (quantization) => {
    expect(check({ facts: undefined, quantization }, '0.24.0')).toEqual([]);
  });

  // The format of the KV cache is left to the server, which has more than one kernel for it.
  test('say nothing about an FP8 cache on an old GPU', () => {
    expect(check({ accelerator: T4, dataType: 'float16', fp8KvCache: true })).toEqual([]);
  });

  test('leave the format to the server when the model is not known', () => {
    expect(check({ accelerator: T4, facts: undefined })).toEqual([]);
  });

  test('accept a model that is published in float16 on any GPU', () => {
    expect(check({ accelerator: T4, facts: model({ dataType: 'float16' }) })).toEqual([]);
  });

  test('reject a quantization that the image no longer has', () => {
    expect(check({ quantization: 'bitsandbytes' }, '0.30.0')).toEqual([
      {
        what: 'quantization bitsandbytes with vLLM 0.30.0',
        why: 'its image no longer has it since 0.30.0',
        fix: "choose another quantization, or runtime: vllm('0.24.0')",
      },
    ]);
  });

  test('accept that quantization with the release that the fix proposes', () => {
    expect(check({ quantization: 'bitsandbytes' }, '0.24.0')).toEqual([]);
  });

  // get_min_capability of each method in vLLM 0.18 and 0.30, times ten; for GPTQ that of its Marlin kernels.
  test.each([
    ['fp8', 75],
    ['awq', 75],
    ['gptq', 75],
    ['mxfp4', 80],
    ['bitsandbytes', 70],
  ] as const)('ask for compute capability %s: %d tenths', (quantization, tenths) => {
    const on = (capability: number) =>
      check({ facts: undefined, quantization, accelerator: gpu({ computeCapability: capability / 10 }) }, '0.24.0');

    expect(on(tenths)).toEqual([]);
    expect(on(tenths - 5)).toHaveLength(1);
  });

  test('reject a quantization that the GPU has no kernels for', () => {
    expect(check({ facts: undefined, accelerator: T4, quantization: 'mxfp4' })).toEqual([
      {
        what: 'quantization mxfp4 on NVIDIA T4',
        why: 'vLLM needs compute capability 8 for it, and NVIDIA T4 has 7.5',
        fix: 'choose another quantization or a newer accelerator',
      },
    ]);
  });

  test('look at the quantization that a model is published in', () => {
    const problems = check({ accelerator: T4, dataType: 'float16', facts: modelFacts('openai/gpt-oss-20b') });

    expect(problems.map(({ what }) => what)).toEqual(['quantization mxfp4 on NVIDIA T4']);
  });

  // config/lora.py MaxLoRARanks.
  test.each([1, 8, 16, 32, 64, 128, 256, 320, 512])('accept adapters of rank %d', (maxRank) => {
    expect(check({ lora: lora({ maxRank }) })).toEqual([]);
  });

  test.each([
    [4, 'use 8; adapters of a lower rank fit into it'],
    [17, 'use 32; adapters of a lower rank fit into it'],
    [0, 'use 1; adapters of a lower rank fit into it'],
    [1024, 'train the adapter with a lower rank'],
  ])('reject adapters of rank %d', (maxRank, fix) => {
    expect(check({ lora: lora({ maxRank }) })).toEqual([
      {
        what: `maxAdapterRank ${maxRank} is not a rank that vLLM serves`,
        why: 'its kernels exist for 1, 8, 16, 32, 64, 128, 256, 320 or 512',
        fix,
      },
    ]);
  });

  test('name everything that is wrong at once', () => {
    const problems = check({
      facts: undefined,
      accelerator: T4,
      dataType: 'bfloat16',
      quantization: 'mxfp4',
      lora: lora({ maxRank: 3 }),
    });

    expect(problems).toHaveLength(3);
  });
});
