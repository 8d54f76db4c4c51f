import { readFileSync } from 'node:fs';
import { oneOf, ValidationError } from '../core/problem';
import { loadPickerConfig } from '../picker/scheduling/config/load-config';
import { type ServerPlan, replicaSettings } from '../simulator/cluster';
import type { NamedPolicy } from '../simulator/policy';
import { POLICIES } from '../simulator/policies/catalog';
import { configuredPolicy } from '../simulator/policies/picker-brain';
import type { Workload } from '../simulator/request';
import type { Scenario } from '../simulator/scenario';
import { WORKLOADS } from '../simulator/workloads/catalog';
import { parseMooncakeTrace, replay, TraceError, traceRate } from '../simulator/workloads/mooncake';
import { acceleratorNamed, modelNamed, named, numberOption, refuse } from './simulate-names';
import { stackPlan } from './simulate-stack';
import { readManifests } from './synthesized';

/** Options of the command as they were written. */
export interface SimulateOptions {
  readonly stack?: string;
  readonly pool?: string;
  readonly replicas?: string;
  readonly accelerator?: string;
  readonly model?: string;
  readonly gpus?: string;
  readonly trace?: string;
  readonly workload?: string;
  readonly rate?: string;
  readonly policy?: string;
  readonly config?: string;
  readonly duration: string;
  readonly warmup?: string;
  readonly seed: string;
  readonly scrapeInterval: string;
  readonly routers: string;
  readonly objectiveTtft: string;
  readonly objectiveTpot: string;
  readonly json?: boolean;
  readonly html?: string;
}

/** What is to be simulated. */
export interface SimulatePlan {
  readonly scenario: Scenario;
  readonly policies: readonly NamedPolicy[];
  readonly title: string;
  /** What the reader should know, one line each. */
  readonly facts: readonly string[];
}

/** Policies that are compared unless some are named. */
const USUAL_POLICIES = ['round-robin', 'upstream-default', 'upstream-strongest', 'default', 'oracle-kind'];

/** Policy of the stack's own configuration, or of `--config`. */
const CONFIGURED = 'configured';

interface Pods {
  readonly replicas: number;
  readonly server: ServerPlan;
  readonly where: string;
  /** The policy of a configuration that came with them. */
  readonly configured: NamedPolicy | undefined;
}

/** Reads the options. Throws a ValidationError for what does not fit. */
export function simulatePlan(options: SimulateOptions): SimulatePlan {
  const seed = numberOption('seed', options.seed, 0, true);
  const pods = options.stack === undefined ? podsOf(options) : podsOfStack(options, options.stack);
  const { workload, rate, untilMs, warmupMs, adapters } = workloadOf(options, seed, pods.server.model.id);
  const server = adapters && pods.server.adapters === undefined ? { ...pods.server, adapters: SLOTS } : pods.server;
  const configured = options.config === undefined ? pods.configured : configuredFrom(options.config);
  const scenario: Scenario = {
    seed,
    server: replicaSettings(server),
    gpus: server.gpus,
    replicas: pods.replicas,
    workload,
    untilMs,
    warmupMs,
    objective: {
      ttftMs: numberOption('objective-ttft', options.objectiveTtft, 1),
      tpotMs: numberOption('objective-tpot', options.objectiveTpot, 1),
    },
    scrape: { intervalMs: numberOption('scrape-interval', options.scrapeInterval, 1) },
    routers: numberOption('routers', options.routers, 1, true),
  };
  return {
    scenario,
    policies: policiesOf(options.policy, configured),
    title: `${workload.name} on ${pods.replicas} x ${pods.server.accelerator.displayName}`,
    facts: [
      `${pods.replicas} replicas of ${server.model.id} on ${server.gpus} x ${server.accelerator.displayName} (${pods.where})`,
      `KV cache of ${scenario.server.blocks * 16} tokens a replica; steps of at most ${scenario.server.limits.tokens} tokens`,
      `${workload.name} at ${rate.toFixed(2)} requests a second, seed ${seed}`,
    ],
  };
}

/** Adapters that a server mixes for a workload that needs them, where nothing says how many. */
const SLOTS = { slots: 4, inMemory: 16 };

function podsOf(options: SimulateOptions): Pods {
  const accelerator = acceleratorNamed(options.accelerator ?? 'L4');
  const model = modelNamed(options.model ?? 'meta-llama/Llama-3.1-8B-Instruct');
  return {
    replicas: numberOption('replicas', options.replicas ?? '3', 1, true),
    server: { model, accelerator, gpus: numberOption('gpus', options.gpus ?? '1', 1, true) },
    where: 'from the command line',
    configured: undefined,
  };
}

function podsOfStack(options: SimulateOptions, stack: string): Pods {
  const clash = (['accelerator', 'model', 'gpus'] as const).find((name) => options[name] !== undefined);
  if (clash !== undefined) {
    return refuse({
      what: `--${clash} beside --stack`,
      why: 'the stack says it already',
      fix: `leave out one of them`,
    });
  }
  const plan = stackPlan(readManifests(stack), options.pool);
  return {
    replicas: options.replicas === undefined ? plan.replicas : numberOption('replicas', options.replicas, 1, true),
    server: plan.server,
    where: `pool ${plan.pool} of ${stack}`,
    configured: configuredPolicy(CONFIGURED, "the configuration of the stack's picker", plan.config),
  };
}

function configuredFrom(file: string): NamedPolicy {
  return configuredPolicy(
    CONFIGURED,
    `the configuration ${file}`,
    loadPickerConfig(readText('config', file), file).config,
  );
}

function policiesOf(text: string | undefined, configured: NamedPolicy | undefined): readonly NamedPolicy[] {
  const all = configured === undefined ? POLICIES : [configured, ...POLICIES];
  const names = text?.split(',').map((name) => name.trim());
  return (names ?? [...USUAL_POLICIES, ...(configured === undefined ? [] : [CONFIGURED])]).map((name) =>
    named('policy', name, all),
  );
}

interface ChosenWorkload {
  readonly workload: Workload;
  readonly rate: number;
  readonly untilMs: number;
  readonly warmupMs: number;
  readonly adapters: boolean;
}

function workloadOf(options: SimulateOptions, seed: number, model: string): ChosenWorkload {
  const rate = options.rate === undefined ? undefined : numberOption('rate', options.rate, 1e-6);
  const warmupMs = options.warmup === undefined ? undefined : numberOption('warmup', options.warmup, 0) * 1000;
  if (options.trace !== undefined) {
    if (options.workload !== undefined) {
      return refuse({ what: '--trace beside --workload', why: 'only one can be played', fix: 'leave out one of them' });
    }
    const lines = trace(options.trace);
    const workload = replay(lines, { name: 'trace', model, rate });
    return { workload, rate: rate ?? traceRate(lines), untilMs: Infinity, warmupMs: warmupMs ?? 0, adapters: false };
  }
  if (rate === undefined) {
    return refuse({
      what: 'no --rate',
      why: 'a generated workload needs the requests a second',
      fix: `give --rate, or a --trace; workloads are ${oneOf(WORKLOADS.map(({ name }) => name))}`,
    });
  }
  const source = named('workload', options.workload ?? 'chat', WORKLOADS);
  const untilMs = numberOption('duration', options.duration, 1) * 1000;
  const workload = source.make({ seed, rate, model });
  return { workload, rate, untilMs, warmupMs: warmupMs ?? untilMs / 5, adapters: source.adapters };
}

function trace(file: string): ReturnType<typeof parseMooncakeTrace> {
  try {
    return parseMooncakeTrace(readText('trace', file));
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    throw new ValidationError(file, [
      { what: error.message, why: "it is not in Mooncake's format", fix: 'correct the line, or take it out' },
    ]);
  }
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return refuse({ what: `--${option} ${file}`, why: 'the file cannot be read', fix: 'correct its path' });
  }
}
