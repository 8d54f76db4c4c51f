/** The terminal and process around a command, so that tests have their own. */
export interface CliPort {
  /** Writes text to standard output. */
  readonly out: (text: string) => void;
  /** Writes text to standard error. */
  readonly error: (text: string) => void;
  /** Whether standard error is a terminal whose lines can be rewritten. */
  readonly interactive: boolean;
  /** Characters of a line of that terminal. */
  readonly columns: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** The port of the process that this is. Whoever reads its output may stop before the end, as `head` does. */
export function processPort(): CliPort {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY,
    columns: process.stderr.columns,
    now: () => performance.now(),
  };
}
