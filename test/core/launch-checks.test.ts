import fc from 'fast-check';
import { Accelerator } from '../../lib/core/accelerators';
import {
  checkContext,
  checkExtraArgs,
  checkGated,
  checkGpuCount,
  checkGpuMemory,
  checkKnownFlags,
  checkParallelism,
  checkRange,
  checkRefusedFlags,
  checkVariableNames,
} from '../../lib/core/launch-checks';
import { KNOWN_MODELS, modelFacts } from '../../lib/core/models';
import { vllm } from '../../lib/core/runtimes';
import { gpu, holds, layout, model } from './builders';

describe('GPU count', () => {
  test('accepts every count that some machine offers', () => {
    const refused = Accelerator.all.flatMap((accelerator) =>
      accelerator.gpuCounts.map((count) => checkGpuCount(accelerator, count)),
    );

    expect(refused.filter((problem) => problem !== undefined)).toEqual([]);
  });

  test('rejects a count that no machine offers', () => {
    expect(checkGpuCount(Accelerator.NVIDIA_L4, 3)).toEqual({
      what: 'gpuCount 3 with NVIDIA L4',
      why: 'no machine type of GKE has that many of them, or can be divided by it',
      fix: 'use 1, 2, 4 or 8',
    });
  });

  test('accepts a part of a machine that replicas can share', () => {
    expect([1, 2, 4].map((count) => checkGpuCount(Accelerator.NVIDIA_H200_141GB, count))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('proposes parts of a machine too', () => {
    expect(checkGpuCount(Accelerator.NVIDIA_H200_141GB, 3)?.fix).toBe('use 1, 2, 4 or 8');
  });

  test('asks for machines where none are described', () => {
    expect(checkGpuCount(gpu({ machines: [] }), 1)).toEqual({
      what: 'gpuCount 1 with ACME X1',
      why: 'no machine type of GKE has that many of them, or can be divided by it',
      fix: 'describe its machines: Accelerator.custom({ machines: [...] })',
    });
  });

  test('only proposes counts that it accepts', () => {
    const machine = fc
      .integer({ min: 1, max: 16 })
      .map((gpus) => ({ machineType: `x${gpus}`, gpus, vcpus: 4, memoryGib: 16 }));

    holds(
      fc.property(
        fc.array(machine, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: -1, max: 17 }),
        (machines, count) => {
          const accelerator = gpu({ machines });
          const proposed = checkGpuCount(accelerator, count)?.fix.match(/\d+/g) ?? [];

          expect(proposed.flatMap((text) => checkGpuCount(accelerator, Number(text)) ?? [])).toEqual([]);
        },
      ),
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('rejects %d', (count) => {
    expect(checkGpuCount(Accelerator.NVIDIA_L4, count)?.what).toBe(`gpuCount ${count} with NVIDIA L4`);
  });
});

describe('parallelism', () => {
  test('rejects groups that do not divide the GPUs', () => {
    expect(checkParallelism(undefined, 4, 3)).toEqual([
      {
        what: 'tensorParallelSize 3 with gpuCount 4',
        why: 'the GPUs of a replica are divided into groups of that size',
        fix: 'use 1, 2 or 4',
      },
    ]);
  });

  test.each([0, -2, 8, 1.5, Number.NaN])('rejects groups of %d among four GPUs', (size) => {
    expect(checkParallelism(undefined, 4, size)[0]?.fix).toBe('use 1, 2 or 4');
  });

  test('accepts any divisor for a model that it does not know', () => {
    expect([1, 2, 4, 8].flatMap((size) => checkParallelism(undefined, 8, size))).toEqual([]);
  });

  test('rejects more GPUs than the attention heads can be shared out over', () => {
    expect(checkParallelism(modelFacts('Qwen/Qwen2.5-7B-Instruct'), 8, 8)).toEqual([
      {
        what: 'tensorParallelSize 8 for Qwen/Qwen2.5-7B-Instruct',
        why: 'its 28 attention heads and 4 KV heads cannot be shared out over 8 GPUs',
        fix: 'set tensorParallelSize to 1, 2 or 4; the other GPUs then form a pipeline',
      },
    ]);
  });

  test('rejects GPUs that the KV heads can neither be split nor copied over', () => {
    expect(checkParallelism(modelFacts('microsoft/phi-4'), 4, 4)).toEqual([
      {
        what: 'tensorParallelSize 4 for microsoft/phi-4',
        why: 'its 40 attention heads and 10 KV heads cannot be shared out over 4 GPUs',
        fix: 'set tensorParallelSize to 1 or 2; the other GPUs then form a pipeline',
      },
    ]);
  });

  test('copies KV heads where there are fewer of them than GPUs', () => {
    expect(checkParallelism(modelFacts('Qwen/Qwen3-235B-A22B'), 8, 8)).toEqual([]);
  });

  test('counts attention heads only for a model with latent attention', () => {
    const latent = model({ attentionHeads: 48, kvHeads: 48, kvElementsPerLayer: 576 });

    expect(checkParallelism(latent, 16, 16)).toEqual([]);
  });

  // vLLM: heads % size == 0, and KV heads % size == 0 or size % KV heads == 0.
  test.each([
    ['google/gemma-3-1b-it', [1, 2, 4]],
    ['google/gemma-3-12b-it', [1, 2, 4, 8, 16]],
    ['meta-llama/Llama-3.2-3B-Instruct', [1, 2, 4, 8]],
    ['Qwen/Qwen2.5-7B-Instruct', [1, 2, 4]],
    ['Qwen/Qwen3-14B', [1, 2, 4, 8]],
    ['microsoft/phi-4', [1, 2]],
    ['deepseek-ai/DeepSeek-V3', [1, 2, 4, 8, 16]],
  ])('%s can be split over %j of sixteen GPUs', (id, sizes) => {
    const accepted = [1, 2, 4, 8, 16].filter((size) => checkParallelism(modelFacts(id), 16, size).length === 0);

    expect(accepted).toEqual(sizes);
  });

  test('only proposes sizes that it accepts', () => {
    const facts = fc.record({ heads: fc.integer({ min: 1, max: 64 }), kvHeads: fc.integer({ min: 1, max: 16 }) });

    holds(
      fc.property(
        facts,
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 0, max: 16 }),
        ({ heads, kvHeads }, n, tp) => {
          const known = model({ attentionHeads: heads, kvHeads });
          const fix = checkParallelism(known, n, tp)[0]?.fix ?? '';
          const [sizes] = fix.split(';');

          const proposed = (sizes?.match(/\d+/g) ?? []).map(Number);
          const model0 = fix.includes('pipeline') ? known : undefined;
          expect(proposed.flatMap((size) => checkParallelism(model0, n, size))).toEqual([]);
        },
      ),
    );
  });
});

describe('GPU memory', () => {
  const L4 = Accelerator.NVIDIA_L4;

  test('accepts a model that fits', () => {
    expect(checkGpuMemory(layout(), L4, undefined)).toBeUndefined();
  });

  test('rejects weights that do not fit and names the count that takes them', () => {
    const facts = modelFacts('meta-llama/Llama-3.1-70B-Instruct')!;

    expect(checkGpuMemory(layout({ model: facts }), L4, undefined)).toEqual({
      what: 'meta-llama/Llama-3.1-70B-Instruct on 1 x NVIDIA L4',
      why: 'its weights take 131.5 GiB, and the GPUs have 18.8 GiB for them at gpuMemoryUtilization 0.9',
      fix: 'set gpuCount: 8',
    });
  });

  test('proposes FP8 where no count is enough and the GPU has FP8 units', () => {
    const facts = modelFacts('Qwen/Qwen3-235B-A22B')!;
    const h200 = Accelerator.NVIDIA_H200_141GB;

    const problem = checkGpuMemory(
      layout({ model: { ...facts, parametersBillion: 700 }, gpus: 8, gpuMemoryGib: h200.memoryGib }),
      h200,
      undefined,
    );

    expect(problem?.fix).toBe(`set quantization: 'fp8', or choose an accelerator with more memory`);
  });

  test('tells what the weights take from what there is for them', () => {
    const gptOss = layout({ model: modelFacts('openai/gpt-oss-20b')!, quantization: 'fp8' });

    expect(checkGpuMemory(gptOss, L4, undefined)?.why).toBe(
      'its weights take 19.5 GiB, and the GPUs have 18.8 GiB for them at gpuMemoryUtilization 0.9',
    );
  });

  test('never says that weights do not fit which take less than there is', () => {
    holds(
      fc.property(fc.constantFrom(...KNOWN_MODELS), fc.constantFrom(...Accelerator.all), (facts, any) => {
        const why = checkGpuMemory(layout({ model: facts, gpuMemoryGib: any.memoryGib }), any, undefined)?.why ?? '';
        const [, takes = 1, has = 0] = /take ([-\d.]+) GiB, and the GPUs have ([-\d.]+)/.exec(why) ?? [];

        expect(Number(takes)).toBeGreaterThanOrEqual(Number(has));
      }),
    );
  });

  test('does not propose FP8 where the model would not fit with it either', () => {
    const qwen = layout({ model: modelFacts('Qwen/Qwen3-235B-A22B')!, gpus: 8 });

    expect(checkGpuMemory(qwen, L4, undefined)?.fix).toBe('choose an accelerator with more memory');
  });

  // Four T4 hold phi-4, but its 10 KV heads cannot be shared out over four GPUs.
  test('does not propose a count that the attention heads cannot be shared out over', () => {
    const t4 = Accelerator.NVIDIA_TESLA_T4;
    const phi = layout({ model: modelFacts('microsoft/phi-4')!, gpuMemoryGib: t4.memoryGib });

    expect(checkGpuMemory(phi, t4, undefined)?.fix).toBe('choose an accelerator with more memory');
  });

  test('counts the cache of latent attention on every GPU', () => {
    const h200 = Accelerator.NVIDIA_H200_141GB;
    const deepSeek = layout({
      model: modelFacts('deepseek-ai/DeepSeek-V3')!,
      gpus: 8,
      gpuMemoryGib: 140.4,
      gpuMemoryUtilization: 0.6,
    });

    expect(checkGpuMemory(deepSeek, h200, 163_840)).toEqual({
      what: 'maxModelLength 163840 on 8 x NVIDIA H200 141GB',
      why: 'beside the weights (624.9 GiB) the KV cache holds at most about 70656 tokens of deepseek-ai/DeepSeek-V3',
      fix: 'lower it to 70656, or choose an accelerator with more memory',
    });
  });

  test('proposes a larger accelerator where the GPU has no FP8 units', () => {
    const a100 = Accelerator.NVIDIA_A100_80GB;
    const problem = checkGpuMemory(
      layout({ model: model({ parametersBillion: 700 }), gpus: 8, gpuMemoryGib: a100.memoryGib }),
      a100,
      undefined,
    );

    expect(problem?.fix).toBe('choose an accelerator with more memory');
  });

  test('proposes a larger accelerator for weights that are quantized already', () => {
    const h100 = Accelerator.NVIDIA_H100_80GB;
    const problem = checkGpuMemory(
      layout({ model: modelFacts('deepseek-ai/DeepSeek-V3')!, gpus: 8, gpuMemoryGib: h100.memoryGib }),
      h100,
      undefined,
    );

    expect(problem?.fix).toBe('choose an accelerator with more memory');
  });

  test('rejects a sequence that the KV cache does not hold', () => {
    expect(checkGpuMemory(layout(), L4, 65_536)).toEqual({
      what: 'maxModelLength 65536 on 1 x NVIDIA L4',
      why: 'beside the weights (14.9 GiB) the KV cache holds at most about 30720 tokens of acme/chat-8b',
      fix: 'lower it to 30720, or set gpuCount: 2',
    });
  });

  test('does not propose a length of nothing', () => {
    const tight = layout({ model: model({ parametersBillion: 10.03 }) });

    expect(checkGpuMemory(tight, L4, 4096)).toEqual({
      what: 'maxModelLength 4096 on 1 x NVIDIA L4',
      why: 'beside the weights (18.7 GiB) the KV cache holds at most about 0 tokens of acme/chat-8b',
      fix: 'set gpuCount: 2',
    });
  });

  test('accepts the longest sequence that the KV cache holds', () => {
    expect(checkGpuMemory(layout(), L4, 30_720)).toBeUndefined();
  });

  test('leaves a length beyond the context of the model to the check of the context', () => {
    expect(checkGpuMemory(layout({ gpus: 8 }), L4, 1_000_000)).toBeUndefined();
  });

  test('only proposes lengths and counts that it accepts', () => {
    const lengths = fc.integer({ min: 1, max: 200_000 });

    holds(
      fc.property(
        fc.constantFrom(...KNOWN_MODELS),
        fc.constantFrom(...Accelerator.all),
        lengths,
        (facts, any, length) => {
          const start = layout({ model: facts, gpus: any.gpuCounts[0]!, gpuMemoryGib: any.memoryGib });
          const fix = checkGpuMemory(start, any, length)?.fix ?? '';
          const shorter = /lower it to (\d+)/.exec(fix)?.[1];
          const gpus = /gpuCount: (\d+)/.exec(fix)?.[1];

          expect(shorter && checkGpuMemory(start, any, Number(shorter))).toBeUndefined();
          expect(gpus && checkGpuMemory({ ...start, gpus: Number(gpus) }, any, 4096)).toBeUndefined();
          expect(gpus && checkParallelism(facts, Number(gpus), Number(gpus))[0]).toBeFalsy();
        },
      ),
    );
  });
});

describe('context', () => {
  test.each([undefined, 1, 131_072])('accepts %p', (length) => {
    expect(checkContext(model(), length)).toBeUndefined();
  });

  test('rejects more tokens than the model was trained for', () => {
    expect(checkContext(model(), 131_073)).toEqual({
      what: 'maxModelLength 131073 for acme/chat-8b',
      why: "the model's context ends at 131072 tokens, and the server refuses to start beyond it",
      fix: 'lower it to 131072',
    });
  });

  test('accepts any length for a model that it does not know', () => {
    expect(checkContext(undefined, 10_000_000)).toBeUndefined();
  });

  test.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('rejects %d, which counts no tokens', (length) => {
    expect(checkContext(undefined, length)).toEqual({
      what: `maxModelLength ${length}`,
      why: 'it counts tokens',
      fix: 'use a whole number above zero',
    });
  });
});

describe('gated model', () => {
  const gated = model({ gated: true });

  test('needs a token', () => {
    expect(checkGated(gated, false, true)).toEqual({
      what: 'acme/chat-8b without huggingFaceToken',
      why: 'its licence must be accepted on Hugging Face, and downloads need the token of an account that did',
      fix: "put the token into a Secret and set huggingFaceToken: { secretName: 'hf-token', key: 'token' }",
    });
  });

  test('is satisfied with a token', () => {
    expect(checkGated(gated, true, true)).toBeUndefined();
  });

  test('needs no token when its weights are in a volume', () => {
    expect(checkGated(gated, false, false)).toBeUndefined();
  });

  test.each([model(), undefined])('is told from open and unknown ones', (facts) => {
    expect(checkGated(facts, false, true)).toBeUndefined();
  });
});

describe('range', () => {
  const PORTS = { min: 1, max: 65_535, whole: true };
  const SHARES = { min: 0.1, max: 0.99, whole: false };

  test.each([undefined, 1, 8000, 65_535])('accepts %p as a port', (value) => {
    expect(checkRange('port', value, PORTS, 'ports end at 65535')).toBeUndefined();
  });

  test('accepts both ends and what lies between', () => {
    expect([0.1, 0.5, 0.99].map((value) => checkRange('share', value, SHARES, 'it is a part'))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('says what, why and which whole numbers', () => {
    expect(checkRange('port', 65_536, PORTS, 'ports end at 65535')).toEqual({
      what: 'port 65536',
      why: 'ports end at 65535',
      fix: 'use a whole number from 1 to 65535',
    });
  });

  test('does not ask for whole numbers where parts are fine', () => {
    expect(checkRange('share', 1, SHARES, 'it is a part')?.fix).toBe('use a number from 0.1 to 0.99');
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('rejects %d as a port', (value) => {
    expect(checkRange('port', value, PORTS, 'ports end at 65535')?.what).toBe(`port ${value}`);
  });

  test('names no upper end where there is none', () => {
    const bounds = { min: 1, max: Number.MAX_SAFE_INTEGER, whole: true };

    expect(checkRange('replicas', 0, bounds, 'it counts pods')?.fix).toBe('use a whole number of 1 or more');
  });
});

describe('extra arguments', () => {
  const { managedFlags } = vllm();

  test('rejects a flag that the library writes', () => {
    expect(checkExtraArgs(['--max-model-len=4096'], managedFlags)).toEqual([
      {
        what: 'extraArgs has --max-model-len',
        why: 'the library writes that flag itself, and other objects depend on its value',
        fix: 'set maxModelLength instead',
      },
    ]);
  });

  test('rejects the flag when its value is an argument of its own', () => {
    expect(checkExtraArgs(['--max-model-len', '4096'], managedFlags)).toHaveLength(1);
  });

  test('rejects every one of several', () => {
    const problems = checkExtraArgs(['--dtype=half', '--seed=1', '-tp=2'], managedFlags);

    expect(problems.map(({ what }) => what)).toEqual(['extraArgs has --dtype', 'extraArgs has -tp']);
  });

  test.each(Object.entries(managedFlags))('names the prop for %s however it is written', (flag, prop) => {
    const dashes = /^-+/.exec(flag)![0];
    const underscored = dashes + flag.slice(dashes.length).replaceAll('-', '_');

    const problems = checkExtraArgs([flag, `${flag}=1`, underscored, `${underscored}=1`], managedFlags);

    expect(problems).toEqual(
      Array.from({ length: 4 }, () => ({
        what: `extraArgs has ${flag}`,
        why: 'the library writes that flag itself, and other objects depend on its value',
        fix: `set ${prop} instead`,
      })),
    );
  });

  test.each(['--seed=7', '--enable-auto-tool-choice', '--max-model-length', 'constructor', '--toString', '-v', ''])(
    "leaves '%s' to the user",
    (arg) => {
      expect(checkExtraArgs([arg], managedFlags)).toEqual([]);
    },
  );

  test.each([
    ['--tensor-parallel=4', '--tensor-parallel', 'tensorParallelSize'],
    ['--tensor_parallel=4', '--tensor-parallel', 'tensorParallelSize'],
    ['--quant', '--quant', 'quantization'],
    ['--api-key=secret', '--api-key', 'apiKey'],
    ['--no-enable-lora', '--no-enable-lora', 'adapters'],
  ])('rejects %s, which the server takes for a flag of the library', (arg, flag, prop) => {
    expect(checkExtraArgs([arg], managedFlags)).toEqual([
      {
        what: `extraArgs has ${flag}`,
        why: 'the library writes that flag itself, and other objects depend on its value',
        fix: `set ${prop} instead`,
      },
    ]);
  });

  test.each(['--', '-', '--t', '-t'])("does not guess a flag from '%s'", (arg) => {
    expect(checkExtraArgs([arg], managedFlags)).toEqual([]);
  });

  test('does not take a value for a flag', () => {
    expect(checkExtraArgs(['--chat-template=--model'], managedFlags)).toEqual([]);
  });
});

test('counts offered by a custom accelerator are the ones proposed', () => {
  const machines = [1, 3].map((gpus) => ({ machineType: `x${gpus}`, gpus, vcpus: 4, memoryGib: 16 }));

  expect(checkGpuCount(gpu({ machines }), 2)?.fix).toBe('use 1 or 3');
});

describe('refused flags', () => {
  const { refusedFlags } = vllm();

  test('are rejected with their reason', () => {
    expect(checkRefusedFlags(['--host=0.0.0.0'], refusedFlags)).toEqual([
      {
        what: 'extraArgs has --host',
        why: 'probes, the gateway and the picker would no longer reach the server',
        fix: 'remove it',
      },
    ]);
  });

  test.each(Object.entries(refusedFlags))('reject %s however it is written', (flag, why) => {
    const dashes = /^-+/.exec(flag)![0];
    const underscored = dashes + flag.slice(dashes.length).replaceAll('-', '_');

    const problems = checkRefusedFlags([flag, `${flag}=1`, underscored, `${underscored}=1`], refusedFlags);

    expect(problems).toEqual(
      Array.from({ length: 4 }, () => ({ what: `extraArgs has ${flag}`, why, fix: 'remove it' })),
    );
  });

  test.each(['--hostname', '--seed=7', 'constructor', '--toString', '--chat-template=--host', ''])(
    "leave '%s' to the user",
    (arg) => {
      expect(checkRefusedFlags([arg], refusedFlags)).toEqual([]);
    },
  );
});

describe('names of variables', () => {
  test.each(['HF_TOKEN', 'a', '_x', 'app.kubernetes.io-name', '-a', '.a'])("may be '%s'", (name) => {
    expect(checkVariableNames({ [name]: 'x' })).toEqual([]);
  });

  test.each(['1A', '', 'A B', 'A=B', 'Ä', 'A\n'])("may not be '%s'", (name) => {
    expect(checkVariableNames({ OK: 'x', [name]: 'x' })).toEqual([
      {
        what: `env has a variable '${name}'`,
        why: 'names of variables are letters, digits, -, _ and ., not starting with a digit',
        fix: 'rename it',
      },
    ]);
  });
});

describe('extra arguments of a program whose flags are all known', () => {
  const known = (...extraArgs: string[]): readonly string[] =>
    checkKnownFlags(extraArgs, ['--tracing', '--v'], { '--old': 'gone' }).map(({ what, fix }) => `${what} -> ${fix}`);

  test('pass where it knows them, with one dash or two and with their values', () => {
    expect(known('--tracing=false', '-v=4', '-tracing', 'true', '--v')).toEqual([]);
  });

  test('are refused where it does not, with what was meant', () => {
    expect(known('--trcing=false', '--frobnicate')).toEqual([
      'extraArgs has --trcing -> write --tracing',
      'extraArgs has --frobnicate -> remove it',
    ]);
  });

  test('that are refused for a reason are left to that', () => {
    expect(known('--old=1')).toEqual([]);
  });

  test('pass where no list is kept', () => {
    expect(checkKnownFlags(['--anything'], undefined, {})).toEqual([]);
  });
});
