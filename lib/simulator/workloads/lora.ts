import { exponential, logNormalInt, seedFor, zipf } from '../random';
import type { Workload } from '../request';
import { branch, stream } from '../tokens';
import { STEADY } from './arrivals';
import type { WorkloadOptions } from './options';
import { geometric, growingTurns, sessionWorkload } from './sessions';

const ADAPTERS = 24;
const SYSTEM_TOKENS = 700;
const MESSAGE = { median: 150, sigma: 0.8, min: 8, max: 2000 };
const ANSWER = { median: 160, sigma: 0.7, min: 8, max: 900 };
const MEAN_TURNS = 3;
const PAUSE_MS = 10_000;
/** Time that an answer takes on a server that is neither idle nor full, ms. */
const USUAL_ANSWER_MS = 4_000;

/** Short conversations with one of many LoRA adapters, a few of which get most of the requests. */
export function lora({ seed, rate }: WorkloadOptions): Workload {
  const popular = zipf(ADAPTERS, 1.1);
  return sessionWorkload({
    name: 'lora',
    seed,
    rate,
    meanTurns: MEAN_TURNS,
    pattern: STEADY,
    usualAnswerMs: USUAL_ANSWER_MS,
    session(index, random) {
      const adapter = popular(random);
      // The KV cache of an adapter is its own: its system prompt shares nothing with another's.
      const shared = stream(seedFor(seed, 40, adapter), SYSTEM_TOKENS);
      const parts = Array.from({ length: geometric(random, MEAN_TURNS, 12) }, () => ({
        added: logNormalInt(random, MESSAGE),
        output: logNormalInt(random, ANSWER),
        pauseMs: 1000 + exponential(random, PAUSE_MS),
      }));
      const length = parts.reduce((sum, { added, output }) => sum + added + output, SYSTEM_TOKENS);
      const tokens = branch(shared, SYSTEM_TOKENS, seedFor(seed, 41, index), length);
      return { model: `adapter-${adapter}`, adapter: true, turns: growingTurns(tokens, SYSTEM_TOKENS, parts) };
    },
  });
}
