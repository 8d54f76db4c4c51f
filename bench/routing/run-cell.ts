import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Accelerator } from '../../lib/core/accelerators';
import { modelFacts } from '../../lib/core/models';
import { highestRate } from '../../lib/simulator/capacity';
import { replicaSettings } from '../../lib/simulator/cluster';
import { namedPolicy } from '../../lib/simulator/policies/catalog';
import { ROUND_ROBIN } from '../../lib/simulator/policies/simple';
import type { Workload } from '../../lib/simulator/request';
import { play, type Scenario } from '../../lib/simulator/scenario';
import type { Summary } from '../../lib/simulator/summary';
import { namedWorkload } from '../../lib/simulator/workloads/catalog';
import { parseMooncakeTrace, replay, type TraceLine } from '../../lib/simulator/workloads/mooncake';
import type { CapacityResult, Cell } from './cells';
import { troubledPolicy, troubledScenario } from './troubles';

/** Real requests, for benches only; not part of the project. */
export const TRACE_FILE =
  process.env['TRACE_FILE'] ?? join(__dirname, '../../../shared/traces/mooncake_conversation_trace.jsonl');

export const TRACE = 'trace';

/**
 * A load is sustained while nine of ten requests have their first token within the time that nine of ten have it in on
 * servers with hardly anything to do and nothing cached, and so much longer, ms. Prompts of the trace and of documents
 * alone take longer than two seconds to compute.
 */
const SUSTAINED_WAIT_MS = 2000;
/** Part of the rate that a search starts with that leaves servers with hardly anything to do. */
const IDLE_PART = 0.05;

/** A pool whose queues hold so many times what arrives in the time that is allowed does not catch up. */
const FAR_BEHIND = 5;

/** The servers of upstream's published comparisons: a 32-billion-parameter model on two H100 each. */
const MODEL = modelFacts('Qwen/Qwen3-32B');
const GPUS = 2;
/** With the rotary scaling that the model's card describes for long contexts. */
const CONTEXT = 131_072;

let lines: readonly TraceLine[] | undefined;

export const hasTrace = (): boolean => existsSync(TRACE_FILE);

function workloadOf(cell: Cell, rate: number): Workload {
  const model = 'base';
  if (cell.workload === TRACE) {
    lines ??= parseMooncakeTrace(readFileSync(TRACE_FILE, 'utf8'));
    return replay(lines, { name: TRACE, model, rate });
  }
  const source = namedWorkload(cell.workload);
  if (source === undefined) throw new RangeError(`no workload ${cell.workload}`);
  return source.make({ seed: cell.seed, rate, model });
}

function scenarioOf(cell: Cell, rate: number): Scenario {
  if (MODEL === undefined) throw new RangeError('the catalogue has lost the model of this bench');
  const adapters = namedWorkload(cell.workload)?.adapters === true ? { slots: 4, inMemory: 16 } : undefined;
  const traced = cell.workload === TRACE;
  const ms = cell.seconds * 1000;
  const lengthMs = traced ? ((lines?.length ?? 12_000) / rate) * 1000 : ms;
  return {
    seed: cell.seed,
    server: replicaSettings({
      model: MODEL,
      accelerator: Accelerator.NVIDIA_H100_80GB,
      gpus: GPUS,
      maxTokens: CONTEXT,
      adapters,
    }),
    gpus: GPUS,
    replicas: cell.replicas,
    workload: workloadOf(cell, rate),
    untilMs: traced ? Infinity : ms,
    warmupMs: traced ? 0 : ms * 0.4,
    ...troubledScenario(cell, lengthMs),
  };
}

/** Plays a cell, or searches the load that its policy sustains. */
export function runCell(cell: Cell): Summary | CapacityResult {
  const named = namedPolicy(cell.policy);
  if (named === undefined) throw new RangeError(`no policy ${cell.policy}`);
  const policy = troubledPolicy(named, cell.trouble);
  if (cell.kind === 'play') return play(scenarioOf(cell, cell.rate), policy).summary;
  const limit = SUSTAINED_WAIT_MS + play(scenarioOf(cell, cell.rate * IDLE_PART), ROUND_ROBIN).summary.ttft.p90;
  const holds = (rate: number): boolean => {
    const scenario = { ...scenarioOf(cell, rate), mostWaiting: (rate * limit * FAR_BEHIND) / 1000 };
    const { summary, result } = play(scenario, policy);
    return !result.overloaded && summary.ttft.p90 <= limit;
  };
  return { rate: highestRate(holds, { start: cell.rate, precision: 0.03, growth: 1.25 }) };
}
