/** What the program needs of the process that it runs in, so that tests can give it another. */
export interface ProcessPort {
  /** Arguments without the names of node and of the program. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Where lines of the log go; undefined for standard output, without waiting for it. */
  readonly logStream?: { write(line: string): void } | undefined;
  /** Calls back for each signal to stop. */
  readonly onStopSignal: (callback: (signal: string) => void) => void;
  /** Calls back before the process dies of an error that nobody caught. */
  readonly onFatal: (callback: (error: unknown) => void) => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The process that runs. */
export const thisProcess: ProcessPort = {
  argv: process.argv.slice(2),
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  onStopSignal: (callback) => {
    for (const signal of STOP_SIGNALS) process.on(signal, callback);
  },
  onFatal: (callback) => {
    process.on('uncaughtException', callback);
    process.on('unhandledRejection', callback);
  },
  exit: (code) => {
    process.exit(code);
  },
};
