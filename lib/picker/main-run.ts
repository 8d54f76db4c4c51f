import { PickerFlavor } from '../core/picker/flavors';
import { formatProblem, type Problem } from '../core/problem';
import { helpText } from './flags-help';
import type { ProcessPort } from './io/process';
import { parseCommand } from './main-command';
import { ExitCode } from './main-exit';

/** Runs the program and returns its exit code; while it serves, the promise is pending. */
export async function runMain(port: ProcessPort): Promise<number> {
  const command = parseCommand(port.argv, port.env);
  switch (command.kind) {
    case 'help':
      port.out(helpText());
      return ExitCode.OK;
    case 'version':
      port.out(`${PickerFlavor.BUNDLED.version}\n`);
      return ExitCode.OK;
    case 'invalid':
      port.err(problemText(command.problems));
      return ExitCode.USAGE;
    case 'check-config':
    case 'replay': {
      const { runFileCommand } = await import('./main-files');
      return runFileCommand(command, port);
    }
    case 'serve': {
      // Only who serves pays for the gRPC server and the rest.
      const { serve } = await import('./main-serve');
      return serve(command, port);
    }
  }
}

function problemText(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'there is a mistake' : `there are ${problems.length} mistakes`;
  const list = problems.map((problem) => `  - ${formatProblem(problem)}\n`).join('');
  return `${count} in the command line:\n${list}Use --help for all flags.\n`;
}
