import type { Accelerator } from './accelerators';
import { kvCacheGib, longestSequence, usableGib, weightsGib, type MemoryLayout } from './gpu-memory';
import type { ModelFacts } from './models/model-facts';
import { nearMiss } from './near-miss';
import { oneOf, type Problem } from './problem';

/** Checks that some machine can be divided into replicas of this many GPUs. */
export function checkGpuCount(accelerator: Accelerator, gpuCount: number): Problem | undefined {
  if (Number.isInteger(gpuCount) && accelerator.machineHosting(gpuCount) !== undefined) return undefined;
  return {
    what: `gpuCount ${gpuCount} with ${accelerator.displayName}`,
    why: `no machine type of GKE has that many of them, or can be divided by it`,
    fix:
      accelerator.gpuCounts.length === 0
        ? 'describe its machines: Accelerator.custom({ machines: [...] })'
        : `use ${oneOf(hostedCounts(accelerator))}`,
  };
}

function hostedCounts(accelerator: Accelerator): readonly number[] {
  return range(Math.max(...accelerator.gpuCounts)).filter((gpus) => accelerator.machineHosting(gpus) !== undefined);
}

/** Checks how a replica's GPUs are divided. */
export function checkParallelism(
  facts: ModelFacts | undefined,
  gpuCount: number,
  tensorParallel: number,
): readonly Problem[] {
  const divisors = range(gpuCount).filter((n) => gpuCount % n === 0);
  if (!divisors.includes(tensorParallel)) {
    return [
      {
        what: `tensorParallelSize ${tensorParallel} with gpuCount ${gpuCount}`,
        why: 'the GPUs of a replica are divided into groups of that size',
        fix: `use ${oneOf(divisors)}`,
      },
    ];
  }
  if (facts === undefined || headsDivide(facts, tensorParallel)) return [];
  const usable = divisors.filter((n) => headsDivide(facts, n));
  return [
    {
      what: `tensorParallelSize ${tensorParallel} for ${facts.id}`,
      why: `its ${facts.attentionHeads} attention heads and ${facts.kvHeads} KV heads cannot be shared out over ${tensorParallel} GPUs`,
      fix: `set tensorParallelSize to ${oneOf(usable)}; the other GPUs then form a pipeline`,
    },
  ];
}

/** KV heads are split over the GPUs, or copied when there are fewer of them; latent attention has one on every GPU. */
function headsDivide({ attentionHeads, kvHeads, kvElementsPerLayer }: ModelFacts, gpus: number): boolean {
  const kvFits = kvElementsPerLayer !== undefined || kvHeads % gpus === 0 || gpus % kvHeads === 0;
  return attentionHeads % gpus === 0 && kvFits;
}

function range(n: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.floor(n)) }, (_, i) => i + 1);
}

/** Checks that the weights, and one sequence of the longest length, fit into the GPUs of a replica. */
export function checkGpuMemory(
  layout: MemoryLayout,
  accelerator: Accelerator,
  maxModelLength: number | undefined,
): Problem | undefined {
  const { model, gpus } = layout;
  const weights = weightsGib(model, layout.dataType, layout.quantization);
  if (kvCacheGib(layout) <= 0) {
    return {
      what: `${model.id} on ${gpus} x ${accelerator.displayName}`,
      why: `its weights take ${round(weights)} GiB, and the GPUs have ${round(usableGib(layout))} GiB for them at gpuMemoryUtilization ${layout.gpuMemoryUtilization}`,
      fix: roomierChoice(layout, accelerator),
    };
  }
  const longest = longestSequence(layout);
  const impossible = maxModelLength !== undefined && maxModelLength > model.maxContext;
  if (maxModelLength === undefined || maxModelLength <= longest || impossible) return undefined;
  return {
    what: `maxModelLength ${maxModelLength} on ${gpus} x ${accelerator.displayName}`,
    why: `beside the weights (${round(weights)} GiB) the KV cache holds at most about ${longest} tokens of ${model.id}`,
    fix:
      longest > 0
        ? `lower it to ${longest}, or ${roomierChoice(layout, accelerator)}`
        : roomierChoice(layout, accelerator),
  };
}

function roomierChoice(layout: MemoryLayout, accelerator: Accelerator): string {
  const fits = (changed: Partial<MemoryLayout>): boolean => longestSequence({ ...layout, ...changed }) >= ROOMY_TOKENS;
  const next = accelerator.gpuCounts.find(
    (gpus) => gpus > layout.gpus && headsDivide(layout.model, gpus) && fits({ gpus, tensorParallel: gpus }),
  );
  if (next !== undefined) return `set gpuCount: ${next}`;
  const quantized = layout.quantization ?? layout.model.quantization;
  if (quantized === undefined && accelerator.computeCapability >= FP8_CAPABILITY && fits({ quantization: 'fp8' })) {
    return `set quantization: 'fp8', or choose an accelerator with more memory`;
  }
  return 'choose an accelerator with more memory';
}

/** Context that a proposal must leave room for: fewer tokens would only move the problem. */
const ROOMY_TOKENS = 4096;
/** First compute capability that computes in FP8. */
const FP8_CAPABILITY = 8.9;

/** Checks the longest sequence against what the model was trained for. */
export function checkContext(facts: ModelFacts | undefined, maxModelLength: number | undefined): Problem | undefined {
  if (maxModelLength === undefined) return undefined;
  if (!Number.isInteger(maxModelLength) || maxModelLength < 1) {
    return {
      what: `maxModelLength ${maxModelLength}`,
      why: 'it counts tokens',
      fix: 'use a whole number above zero',
    };
  }
  if (facts === undefined || maxModelLength <= facts.maxContext) return undefined;
  return {
    what: `maxModelLength ${maxModelLength} for ${facts.id}`,
    why: `the model's context ends at ${facts.maxContext} tokens, and the server refuses to start beyond it`,
    fix: `lower it to ${facts.maxContext}`,
  };
}

/** Checks that a gated model comes with a token, unless its weights are in a volume already. */
export function checkGated(facts: ModelFacts | undefined, hasToken: boolean, downloads: boolean): Problem | undefined {
  if (facts?.gated !== true || hasToken || !downloads) return undefined;
  return {
    what: `${facts.id} without huggingFaceToken`,
    why: 'its licence must be accepted on Hugging Face, and downloads need the token of an account that did',
    fix: `put the token into a Secret and set huggingFaceToken: { secretName: 'hf-token', key: 'token' }`,
  };
}

/** Checks a number that must lie in a range. */
export function checkRange(
  field: string,
  value: number | undefined,
  bounds: { readonly min: number; readonly max: number; readonly whole: boolean },
  why: string,
): Problem | undefined {
  if (value === undefined) return undefined;
  const inside = Number.isFinite(value) && value >= bounds.min && value <= bounds.max;
  if (inside && (!bounds.whole || Number.isInteger(value))) return undefined;
  const open = bounds.max >= Number.MAX_SAFE_INTEGER;
  const span = open ? `of ${bounds.min} or more` : `from ${bounds.min} to ${bounds.max}`;
  return {
    what: `${field} ${value}`,
    why,
    fix: `use a ${bounds.whole ? 'whole ' : ''}number ${span}`,
  };
}

function flagOf(argument: string): string {
  return argument.split('=', 1)[0]?.replaceAll('_', '-') ?? argument;
}

/** Command lines may abbreviate a long flag, so a beginning of one is that flag. */
function means(written: string, flag: string): boolean {
  return flag === written || (written.startsWith('--') && written.length > 4 && flag.startsWith(written));
}

/** Checks extra arguments against flags that break what depends on the server, each with its reason. */
export function checkRefusedFlags(
  extraArgs: readonly string[],
  refusedFlags: Readonly<Record<string, string>>,
): readonly Problem[] {
  return extraArgs.flatMap((arg) => {
    const flag = flagOf(arg);
    const entry = Object.entries(refusedFlags).find(([refused]) => means(flag, refused));
    return entry === undefined ? [] : [{ what: `extraArgs has ${flag}`, why: entry[1], fix: 'remove it' }];
  });
}

/** Checks extra arguments against all flags that a program takes; one that it does not know keeps it from starting. */
export function checkKnownFlags(
  extraArgs: readonly string[],
  flags: readonly string[] | undefined,
  refusedFlags: Readonly<Record<string, string>>,
): readonly Problem[] {
  if (flags === undefined) return [];
  const written = extraArgs.filter((arg) => arg.startsWith('-')).map((arg) => `--${arg.replace(/^--?|=.*$/gs, '')}`);
  return written
    .filter((flag) => !flags.includes(flag) && !Object.hasOwn(refusedFlags, flag))
    .map((flag) => {
      const meant = nearMiss(flag, flags);
      return {
        what: `extraArgs has ${flag}`,
        why: 'it is no flag, and the program refuses to start with it',
        fix: meant === undefined ? 'remove it' : `write ${meant}`,
      };
    });
}

/** Checks the names of environment variables. */
export function checkVariableNames(variables: Readonly<Record<string, string>>): readonly Problem[] {
  return Object.keys(variables)
    .filter((name) => !/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name))
    .map((name) => ({
      what: `env has a variable '${name}'`,
      why: 'names of variables are letters, digits, -, _ and ., not starting with a digit',
      fix: 'rename it',
    }));
}

/** Checks extra arguments against the flags that the library writes itself. */
export function checkExtraArgs(
  extraArgs: readonly string[],
  managedFlags: Readonly<Record<string, string>>,
): readonly Problem[] {
  return extraArgs.flatMap((arg) => {
    const written = flagOf(arg);
    const entry = Object.entries(managedFlags).find(([flag]) => means(written, flag));
    if (entry === undefined) return [];
    const [, prop] = entry;
    return [
      {
        what: `extraArgs has ${written}`,
        why: 'the library writes that flag itself, and other objects depend on its value',
        fix: `set ${prop} instead`,
      },
    ];
  });
}

function round(gib: number): number {
  return Math.round(gib * 10) / 10;
}
