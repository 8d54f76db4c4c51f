import { exponential, logNormalInt, seedFor, zipf } from '../random';
import type { Workload } from '../request';
import { branch, stream } from '../tokens';
import { STEADY } from './arrivals';
import type { WorkloadOptions } from './options';
import { geometric, growingTurns, sessionWorkload } from './sessions';

/** Kinds of agents; instructions and descriptions of tools are the same for all runs of a kind. */
const KINDS = 6;
const INSTRUCTION_TOKENS = 5000;
const TASK = { median: 300, sigma: 0.9, min: 30, max: 4000 };
const TOOL_RESULT = { median: 450, sigma: 1.1, min: 20, max: 8000 };
const CALL = { median: 70, sigma: 0.7, min: 10, max: 600 };
const MEAN_STEPS = 10;
const MOST_STEPS = 40;
/** Mean time that a tool takes, ms. */
const TOOL_MS = 1500;
/** Time that an answer takes on a server that is neither idle nor full, ms. */
const USUAL_ANSWER_MS = 2_500;

/** Agents that call tools: many short answers after a prompt that grows with every result, and hardly a pause. */
export function agents({ seed, rate, model }: WorkloadOptions): Workload {
  const instructions = Array.from({ length: KINDS }, (_, i) => stream(seedFor(seed, 30, i), INSTRUCTION_TOKENS));
  const popular = zipf(KINDS, 1);
  return sessionWorkload({
    name: 'agents',
    seed,
    rate,
    meanTurns: MEAN_STEPS,
    pattern: STEADY,
    usualAnswerMs: USUAL_ANSWER_MS,
    session(index, random) {
      const shared = instructions[popular(random)] ?? stream(0, INSTRUCTION_TOKENS);
      const parts = Array.from({ length: geometric(random, MEAN_STEPS, MOST_STEPS) }, (_, step) => ({
        added: logNormalInt(random, step === 0 ? TASK : TOOL_RESULT),
        output: logNormalInt(random, CALL),
        pauseMs: 50 + exponential(random, TOOL_MS),
      }));
      const length = parts.reduce((sum, { added, output }) => sum + added + output, INSTRUCTION_TOKENS);
      const tokens = branch(shared, INSTRUCTION_TOKENS, seedFor(seed, 31, index), length);
      return { model, adapter: false, turns: growingTurns(tokens, INSTRUCTION_TOKENS, parts) };
    },
  });
}
