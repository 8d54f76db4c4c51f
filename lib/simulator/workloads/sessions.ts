import type { Random } from '../../picker/time';
import { seededRandom, seedFor } from '../random';
import type { Arrival, SimulatedRequest, Workload } from '../request';
import type { TokenStream } from '../tokens';
import { type ArrivalPattern, arrivalTimes, STEADY } from './arrivals';

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
  /** Time that an answer takes about, ms: only to guess where the sessions are that began before the simulation. */
  readonly usualAnswerMs: number;
  /** Draws a session; `index` counts them. */
  session(index: number, random: Random): Session;
}

/** Turns of one session are told apart by the last digits of their id. */
const MOST_TURNS = 1000;

/** How long before the simulation sessions began that may still go on, ms. */
const BEFORE_MS = 400_000;

/** Time over which those come in, ms: all at once they would meet servers that have nothing cached. */
const RAMP_MS = 60_000;

/** A session that goes on at some turn. */
interface Entry {
  readonly at: number;
  readonly session: Session;
  readonly turn: number;
}

/**
 * A workload of sessions that start by a Poisson process and whose requests wait for the answers. Those that began
 * before the simulation come in during its first minute, so that the rate is right from then on.
 */
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
      for (const { at, session, turn } of entries(source)) {
        const first = request(index, session, turn);
        if (first === undefined) continue;
        running.set(index++, session);
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

/** Sessions in the order in which they come into the simulation. */
function* entries(source: SessionWorkload): Generator<Entry> {
  const { seed, pattern } = source;
  const perSecond = source.rate / source.meanTurns;
  let index = 0;
  const draw = (): Session => source.session(index, seededRandom(seedFor(seed, 1, index++)));
  const earlier: Entry[] = [];
  const random = seededRandom(seedFor(seed, 2));
  for (const at of arrivalTimes(random, perSecond, STEADY)) {
    if (at >= BEFORE_MS) break;
    const entry = laterPart(draw(), at - BEFORE_MS, source.usualAnswerMs, random() * RAMP_MS);
    if (entry !== undefined) earlier.push(entry);
  }
  earlier.sort((a, b) => a.at - b.at);
  let next = 0;
  for (const at of arrivalTimes(seededRandom(seedFor(seed, 0)), perSecond, pattern)) {
    for (let entry = earlier[next]; entry !== undefined && entry.at <= at; entry = earlier[++next]) yield entry;
    yield { at, session: draw(), turn: 0 };
  }
}

/** The first turn of a session that comes after a time when every answer takes the usual time. */
function laterPart(session: Session, startedAt: number, usualAnswerMs: number, from: number): Entry | undefined {
  let at = startedAt;
  for (const [turn, { pauseMs }] of session.turns.entries()) {
    if (turn > 0) at += usualAnswerMs + pauseMs;
    if (at >= from) return { at, session, turn };
  }
  return undefined;
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
