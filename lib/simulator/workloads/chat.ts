import { exponential, logNormalInt, seedFor, zipf } from '../random';
import type { Workload } from '../request';
import { branch, stream } from '../tokens';
import { type ArrivalPattern, STEADY } from './arrivals';
import { geometric, growingTurns, sessionWorkload } from './sessions';
import type { WorkloadOptions } from './options';

/** System prompts that conversations start with, and their length, tokens. */
const SYSTEM_PROMPTS = 12;
const SYSTEM_TOKENS = 2000;
const MEAN_TURNS = 5;
const MOST_TURNS = 24;
const MESSAGE = { median: 110, sigma: 0.8, min: 8, max: 2000 };
const ANSWER = { median: 220, sigma: 0.7, min: 8, max: 1200 };
/** Mean time to read an answer and write the next message, ms. */
const PAUSE_MS = 12_000;
/** Time that an answer takes on a server that is neither idle nor full, ms. */
const USUAL_ANSWER_MS = 6_000;

/** Conversations of several turns after one of a few system prompts of 2,000 tokens. */
export function chat(options: WorkloadOptions, pattern: ArrivalPattern = STEADY, name = 'chat'): Workload {
  const { seed, rate, model } = options;
  const system = Array.from({ length: SYSTEM_PROMPTS }, (_, i) => stream(seedFor(seed, 10, i), SYSTEM_TOKENS));
  const popular = zipf(SYSTEM_PROMPTS, 0.8);
  return sessionWorkload({
    name,
    seed,
    rate,
    meanTurns: MEAN_TURNS,
    pattern,
    usualAnswerMs: USUAL_ANSWER_MS,
    session(index, random) {
      const shared = system[popular(random)] ?? stream(0, SYSTEM_TOKENS);
      const parts = Array.from({ length: geometric(random, MEAN_TURNS, MOST_TURNS) }, () => ({
        added: logNormalInt(random, MESSAGE),
        output: logNormalInt(random, ANSWER),
        pauseMs: 1000 + exponential(random, PAUSE_MS),
      }));
      const length = parts.reduce((sum, { added, output }) => sum + added + output, SYSTEM_TOKENS);
      const tokens = branch(shared, SYSTEM_TOKENS, seedFor(seed, 11, index), length);
      return { model, adapter: false, turns: growingTurns(tokens, SYSTEM_TOKENS, parts) };
    },
  });
}
