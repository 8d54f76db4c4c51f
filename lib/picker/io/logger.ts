import { destination, type DestinationStream, type Logger, pino } from 'pino';
import type { Log, LogFields } from '../telemetry/log';

/** Settings of the log. */
export interface LoggerOptions {
  /** As `--v`: up to 3 `info`, 4 `debug`, from 5 on `trace`, as the Go picker counts. */
  readonly verbosity: number;
  /**
   * Fields of every line, such as the pool's name.
   * @default - none
   */
  readonly base?: LogFields;
  /**
   * Where lines go.
   * @default - standard output, without waiting for it
   */
  readonly stream?: LineStream;
}

/** Takes lines; one that holds some back can write them at once. */
export interface LineStream extends DestinationStream {
  flushSync?(): void;
}

/** A log whose last lines can be waited for. */
export interface FlushableLog extends Log {
  /** Writes what is held back, before the process ends. */
  flush(): void;
}

/** Verbosity from which a line is written for every request. */
export const REQUEST_LINES_FROM = 2;

/** Fields that no caller should pass, and no line shows if one does. */
const PRIVATE = ['authorization', 'headers', 'cookie', 'body', 'prompt', 'messages', 'token'];

/** Lines of JSON with `level`, `ts` and `msg`, as the Go picker writes them in production. */
export function createLogger({ verbosity, base, stream = standardOutput() }: LoggerOptions): FlushableLog {
  const logger = pino(
    {
      level: levelOf(verbosity),
      base: base ?? null,
      messageKey: 'msg',
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: PRIVATE, censor: '[hidden]' },
    },
    stream,
  );
  return {
    error: line(logger, 'error'),
    warn: line(logger, 'warn'),
    info: line(logger, 'info'),
    debug: line(logger, 'debug'),
    flush: () => {
      stream.flushSync?.();
    },
  };
}

function line(logger: Logger, level: 'error' | 'warn' | 'info' | 'debug'): Log['info'] {
  return (message, fields) => {
    logger[level](fields ?? {}, message);
  };
}

function levelOf(verbosity: number): string {
  if (verbosity >= 5) return 'trace';
  return verbosity >= 4 ? 'debug' : 'info';
}

/** A slow reader of the logs must not hold up requests. */
function standardOutput(): LineStream {
  return destination({ dest: 1, sync: false });
}
