/** What a log line says beside its message: flat, so that nothing large or private gets in by accident. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where log lines go. */
export interface Log {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

const nothing = (): void => undefined;

/** Says nothing. */
export const NO_LOG: Log = Object.freeze({ error: nothing, warn: nothing, info: nothing, debug: nothing });

/** Longest text of a client in a line, characters. */
const MOST_TEXT = 200;
/** Longest message of an error in a line, characters. */
const MOST_MESSAGE = 500;

/** A client's text, cut to what a line can bear. */
export function clipped(text: string, most = MOST_TEXT): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** What a thrown value says. Syntax errors of JSON quote the text, which may be a prompt: only their name is kept. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: clipped(String(error), MOST_MESSAGE) };
  if (error instanceof SyntaxError) return { error: error.name };
  return { error: clipped(error.message, MOST_MESSAGE), stack: error.stack };
}
