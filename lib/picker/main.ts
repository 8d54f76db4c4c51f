import { thisProcess } from './io/process';
import { ExitCode } from './main-exit';
import { runMain } from './main-run';

void runMain(thisProcess).then(
  (code) => {
    // Not process.exit(): what was written to a pipe must get there.
    process.exitCode = code;
  },
  (error: unknown) => {
    thisProcess.err(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = ExitCode.FAILED;
  },
);
