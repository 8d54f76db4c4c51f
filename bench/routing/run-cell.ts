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

/** Requests under way on a replica that no load that is sustained comes near. */
const MOST_UNDER_WAY = 1500;

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
    ...troubled(cell, lengthMs),
  };
}

function troubled({ trouble, replicas }: Cell, ms: number): Partial<Scenario> {
  switch (trouble) {
    case 'none':
      return {};
    case 'metrics 250 ms apart':
      return { scrape: { intervalMs: 250 } };
    case 'metrics 1 s apart':
      return { scrape: { intervalMs: 1000 } };
    case 'metrics 5 s apart':
      return { scrape: { intervalMs: 5000 } };
    case 'no metrics of a third of the pods':
      return { scrape: { missing: new Set(Array.from({ length: Math.ceil(replicas / 3) }, (_, i) => i * 3)) } };
    case 'a pod dies':
      return { events: [{ kind: 'die', at: ms * 0.6, slot: 0 }] };
    case 'a cold pod joins':
      return { events: [{ kind: 'start', at: ms * 0.6, readyAfterMs: 0 }] };
    case 'a pod is half as fast':
      return { paces: [2] };
    case 'three pickers':
      return { routers: 3 };
  }
}

/** Plays a cell, or searches the load that its policy sustains. */
export function runCell(cell: Cell): Summary | CapacityResult {
  const policy = namedPolicy(cell.policy);
  if (policy === undefined) throw new RangeError(`no policy ${cell.policy}`);
  if (cell.kind === 'play') return play(scenarioOf(cell, cell.rate), policy).summary;
  const limit = SUSTAINED_WAIT_MS + play(scenarioOf(cell, cell.rate * IDLE_PART), ROUND_ROBIN).summary.ttft.p90;
  const holds = (rate: number): boolean => {
    const scenario = { ...scenarioOf(cell, rate), mostUnderWay: cell.replicas * MOST_UNDER_WAY };
    const { summary, result } = play(scenario, policy);
    return !result.overloaded && summary.ttft.p90 <= limit;
  };
  return { rate: highestRate(holds, { start: cell.rate, precision: 0.03 }) };
}
