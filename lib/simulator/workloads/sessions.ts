import type { Random } from '../../picker/time';
import { seededRandom, seedFor } from '../random';
import type { Arrival, SimulatedRequest, Workload } from '../request';
import type { TokenStream } from '../tokens';
import { type ArrivalPattern, arrivalTimes } from './arrivals';

/** One request of a session. */
export interface Turn {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Time between the answer before and this request, ms; of no meaning for the first. */
  readonly pauseMs: number;
  readonly tokens: TokenStream;
}

/** Everything that a session will send. */
export interface Session {
  readonly model: string;
  readonly adapter: boolean;
  readonly turns: readonly Turn[];
}

/** How a workload of sessions is made. */
export interface SessionWorkload {
  readonly name: string;
  readonly seed: number;
  /** Requests a second, on average. */
  readonly rate: number;
  /** Requests of a session, on average; turns the rate of requests into one of sessions. */
  readonly meanTurns: number;
  readonly pattern: ArrivalPattern;
  /** Draws a session; `index` counts them. */
  session(index: number, random: Random): Session;
}

/** Turns of one session are told apart by the last digits of their id. */
const MOST_TURNS = 1000;

/** A workload of sessions that start by a Poisson process and whose requests wait for the answers. */
export function sessionWorkload(source: SessionWorkload): Workload {
  const running = new Map<number, Session>();
  const request = (index: number, session: Session, turn: number): SimulatedRequest | undefined => {
    const at = session.turns[turn];
    if (at === undefined) return undefined;
    return {
      id: index * MOST_TURNS + turn,
      session: index,
      model: session.model,
      adapter: session.adapter,
      promptTokens: at.promptTokens,
      outputTokens: at.outputTokens,
      maxOutputTokens: undefined,
      tokens: at.tokens,
    };
  };
  return {
    name: source.name,
    requests: undefined,
    *sessions(): Generator<Arrival> {
      running.clear();
      let index = 0;
      const times = arrivalTimes(seededRandom(seedFor(source.seed, 0)), source.rate / source.meanTurns, source.pattern);
      for (const at of times) {
        const session = source.session(index, seededRandom(seedFor(source.seed, 1, index)));
        const first = request(index, session, 0);
        if (first === undefined) continue;
        running.set(index, session);
        index++;
        yield { at, request: first };
      }
    },
    next({ id, session: index }, finishedAt) {
      const session = running.get(index);
      const turn = (id % MOST_TURNS) + 1;
      const following = session === undefined ? undefined : request(index, session, turn);
      if (following === undefined) {
        running.delete(index);
        return undefined;
      }
      return { at: finishedAt + (session?.turns[turn]?.pauseMs ?? 0), request: following };
    },
  };
}

/** Turns that add to one another: each prompt is the one before, its answer, and something new. */
export function growingTurns(
  tokens: TokenStream,
  startTokens: number,
  parts: readonly { readonly added: number; readonly output: number; readonly pauseMs: number }[],
): readonly Turn[] {
  let length = startTokens;
  return parts.map(({ added, output, pauseMs }) => {
    const promptTokens = length + added;
    length = promptTokens + output;
    return { promptTokens, outputTokens: output, pauseMs, tokens };
  });
}

/** A whole number of turns from 1 on with a geometric distribution and the given mean, at most `max`. */
export function geometric(random: Random, mean: number, max: number): number {
  if (mean <= 1) return 1;
  return Math.min(max, 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean)));
}
