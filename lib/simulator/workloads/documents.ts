import { exponential, logNormalInt, seedFor, seededRandom, zipf } from '../random';
import type { Workload } from '../request';
import { branch, stream } from '../tokens';
import { STEADY } from './arrivals';
import type { WorkloadOptions } from './options';
import { geometric, sessionWorkload, type Turn } from './sessions';

/** Documents that many people ask about. */
const SHARED_DOCUMENTS = 60;
/** Part of the sessions that are about one of them; the others bring a document of their own. */
const SHARED_PART = 0.6;
const LENGTH = { median: 9000, sigma: 0.7, min: 1500, max: 48_000 };
const QUESTION = { median: 40, sigma: 0.6, min: 5, max: 400 };
const ANSWER = { median: 180, sigma: 0.7, min: 8, max: 1000 };
const MEAN_QUESTIONS = 3;
const PAUSE_MS = 20_000;
/** Time that an answer takes on a server that is neither idle nor full, ms. */
const USUAL_ANSWER_MS = 5_000;

/** Questions about long documents: every question is asked by itself, after the document. */
export function documents({ seed, rate, model }: WorkloadOptions): Workload {
  const lengths = Array.from({ length: SHARED_DOCUMENTS }, (_, i) =>
    logNormalInt(seededRandom(seedFor(seed, 20, i)), LENGTH),
  );
  const popular = zipf(SHARED_DOCUMENTS, 0.9);
  return sessionWorkload({
    name: 'documents',
    seed,
    rate,
    meanTurns: MEAN_QUESTIONS,
    pattern: STEADY,
    usualAnswerMs: USUAL_ANSWER_MS,
    session(index, random) {
      const shared = random() < SHARED_PART ? popular(random) : undefined;
      const own = logNormalInt(random, LENGTH);
      const length = shared === undefined ? own : (lengths[shared] ?? own);
      const identity = shared === undefined ? seedFor(seed, 21, index) : seedFor(seed, 22, shared);
      const document = stream(identity, length);
      const turns = Array.from({ length: geometric(random, MEAN_QUESTIONS, 12) }, (_, i): Turn => {
        const promptTokens = length + logNormalInt(random, QUESTION);
        const outputTokens = logNormalInt(random, ANSWER);
        const tokens = branch(document, length, seedFor(seed, 23, index, i), promptTokens + outputTokens);
        return { promptTokens, outputTokens, pauseMs: 1000 + exponential(random, PAUSE_MS), tokens };
      });
      return { model, adapter: false, turns };
    },
  });
}
