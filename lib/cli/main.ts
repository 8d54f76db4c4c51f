#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ValidationError } from '../core/problem';
import { startStackAdmin } from '../local/admin/stack-admin';
import { loadCommand } from './load';
import { type CliPort, processPort } from './port';
import { simulateCommand } from './simulate';
import { upCommand } from './up';

/** The program with all of its commands. */
export function program(port: CliPort): Command {
  const root = new Command('inference-gateway')
    .description('tools around GKE Inference Gateway')
    .configureOutput({ writeOut: port.out, writeErr: port.error })
    .exitOverride();
  const commands = [simulateCommand(port), upCommand(port, { startAdmin: startStackAdmin }), loadCommand(port)];
  for (const command of commands) root.addCommand(command.copyInheritedSettings(root));
  return root;
}

/** Runs a command line, without the program's own name, and returns the exit code. */
export async function run(args: readonly string[], port: CliPort): Promise<number> {
  try {
    await program(port).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof ValidationError)) throw error;
    port.error(`${error.message}\n`);
    return 1;
  }
}

if (require.main === module) {
  void run(process.argv.slice(2), processPort()).then((code) => {
    process.exitCode = code;
  });
}
