import type { Arrival, Workload } from '../request';

/** Tokens that one id of the trace stands for. */
export const MOONCAKE_PIECE_TOKENS = 512;

/** A line of a trace. */
export interface TraceLine {
  /** Time of arrival, ms from the start. */
  readonly at: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** One id for each 512 tokens of the prompt, the last for what is left. */
  readonly pieces: Float64Array;
}

/** Thrown for a trace that is not in the format; names the line. */
export class TraceError extends Error {
  public constructor(
    public readonly line: number,
    reason: string,
  ) {
    super(`line ${line} of the trace: ${reason}`);
    this.name = 'TraceError';
  }
}

/**
 * Reads a trace in Mooncake's format, JSON lines of `timestamp` (ms), `input_length`, `output_length` (tokens) and
 * `hash_ids`. Throws a TraceError for anything else.
 * @see https://github.com/kvcache-ai/Mooncake/tree/main/FAST25-release
 */
export function parseMooncakeTrace(text: string): readonly TraceLine[] {
  const lines: TraceLine[] = [];
  let before = 0;
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    if (line.trim() === '') continue;
    const parsed = parseLine(line, number);
    if (parsed.at < before)
      throw new TraceError(number, `timestamp ${parsed.at} is before ${before}, the one before it`);
    before = parsed.at;
    lines.push(parsed);
  }
  if (lines.length === 0) throw new TraceError(1, 'there is no request in it');
  return lines;
}

function parseLine(line: string, number: number): TraceLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new TraceError(number, 'not a JSON object');
  }
  if (typeof value !== 'object' || value === null) throw new TraceError(number, 'not a JSON object');
  const fields = value as Readonly<Record<string, unknown>>;
  const at = numberField(fields, 'timestamp', number, 0);
  const promptTokens = wholeField(fields, 'input_length', number);
  const outputTokens = wholeField(fields, 'output_length', number);
  const expected = Math.ceil(promptTokens / MOONCAKE_PIECE_TOKENS);
  const ids = fields['hash_ids'];
  if (!Array.isArray(ids) || !ids.every((id) => Number.isSafeInteger(id) && id >= 0)) {
    throw new TraceError(number, 'hash_ids must be an array of whole numbers, zero or more');
  }
  if (ids.length !== expected) {
    throw new TraceError(number, `hash_ids has ${ids.length} ids, and input_length ${promptTokens} needs ${expected}`);
  }
  return { at, promptTokens, outputTokens, pieces: Float64Array.from(ids as readonly number[]) };
}

function numberField(fields: Readonly<Record<string, unknown>>, name: string, line: number, least: number): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
    throw new TraceError(line, `${name} must be a number of at least ${least}`);
  }
  return value;
}

function wholeField(fields: Readonly<Record<string, unknown>>, name: string, line: number): number {
  const value = numberField(fields, name, line, 1);
  if (!Number.isInteger(value)) throw new TraceError(line, `${name} must be a whole number`);
  return value;
}

/** How a trace is replayed. */
export interface ReplayOptions {
  readonly name: string;
  readonly model: string;
  /**
   * Requests a second; the times are stretched or shortened to it.
   * @default - that of the trace
   */
  readonly rate?: number | undefined;
}

/** Requests a second of a trace. */
export function traceRate(lines: readonly TraceLine[]): number {
  const span = (lines.at(-1)?.at ?? 0) - (lines[0]?.at ?? 0);
  return span === 0 ? lines.length : ((lines.length - 1) * 1000) / span;
}

/**
 * The requests of a trace at its times. Each stands for itself: what was a conversation comes when it came then,
 * whether or not the answer before it was complete.
 */
export function replay(lines: readonly TraceLine[], { name, model, rate }: ReplayOptions): Workload {
  const scale = rate === undefined ? 1 : traceRate(lines) / rate;
  return {
    name,
    requests: lines.length,
    *sessions(): Generator<Arrival> {
      for (const [id, line] of lines.entries()) {
        const { promptTokens, outputTokens } = line;
        const tokens = { pieces: line.pieces, pieceTokens: MOONCAKE_PIECE_TOKENS, knownTokens: promptTokens };
        yield {
          at: line.at * scale,
          request: {
            id,
            session: id,
            model,
            adapter: false,
            promptTokens,
            outputTokens,
            maxOutputTokens: undefined,
            tokens,
          },
        };
      }
    },
    next: () => undefined,
  };
}
