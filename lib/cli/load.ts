import { Command, CommanderError } from 'commander';
import { systemTiming } from '../local/model-server/io/timing';
import { chatSender } from '../local/load/io/openai-endpoint';
import { loadTable } from '../local/load/load-table';
import { runLoad } from '../local/load/run-load';
import type { LoadProgress, LoadResult } from '../local/load/types';
import { WORKLOADS } from '../simulator/workloads/catalog';
import { type Interrupts, processInterrupts } from './interrupts';
import { loadPlan, type LoadCliOptions, type LoadPlan } from './load-plan';
import type { CliPort } from './port';
import { ProgressBar } from './progress';

/** The variable with the key of the endpoint, as clients of OpenAI have it. */
const KEY_VARIABLE = 'OPENAI_API_KEY';
/** Exit code of a process that a signal ended, as shells have it. */
const INTERRUPTED = 130;

/** What the command takes from outside. */
export interface LoadParts {
  /** @default - the signals of this process */
  readonly interrupts?: Interrupts | undefined;
  /** Key of the endpoint. @default - the variable OPENAI_API_KEY */
  readonly apiKey?: string | undefined;
}

/** The command `load`. */
export function loadCommand(port: CliPort, parts: LoadParts = {}): Command {
  return new Command('load')
    .description('send a workload to an OpenAI-compatible URL, and measure the answers')
    .requiredOption('--url <url>', 'address of the gateway or server, with or without /v1')
    .option('--workload <name>', 'workload to play', 'chat')
    .option('--rate <n>', 'requests a second', '2')
    .option('--seconds <s>', 'time in which requests are sent', '30')
    .option('--model <name>', 'model to ask for (default: the first one that the endpoint lists)')
    .option('--seed <n>', 'seed of everything that is random', '1')
    .option('--speed <factor>', 'how much faster than real servers those of a local stack are', '1')
    .option('--objective-ttft <ms>', 'longest time to first token of a good answer', '2000')
    .option('--objective-tpot <ms>', 'longest time per output token of a good answer', '100')
    .option('--json', 'print JSON instead of a table')
    .addHelpText('after', `\nThe key of the endpoint is read from ${KEY_VARIABLE}.\n\n${workloads()}`)
    .action((options: LoadCliOptions) => runLoadCommand(options, port, parts));
}

function workloads(): string {
  return ['Workloads:', ...WORKLOADS.map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`)].join('\n');
}

/**
 * Runs the command. Throws a ValidationError for options that do not fit and endpoints that are not there, and a
 * CommanderError with the exit code where it was interrupted or no request was answered.
 */
export async function runLoadCommand(options: LoadCliOptions, port: CliPort, parts: LoadParts = {}): Promise<void> {
  const { interrupts = processInterrupts, apiKey = process.env[KEY_VARIABLE] } = parts;
  const interrupt = new AbortController();
  const release = interrupts(() => {
    interrupt.abort();
  });
  try {
    const plan = await loadPlan(options, { apiKey, signal: interrupt.signal });
    const result = await play(plan, port, interrupt.signal);
    if (options.json === true) port.out(`${JSON.stringify({ title: plan.title, ...result }, null, 2)}\n`);
    else port.out(`${plan.title}\n\n${loadTable([result])}\n`);
    if (result.interrupted) throw new CommanderError(INTERRUPTED, 'load.interrupted', 'interrupted');
    if (result.summary.completed === 0) throw new CommanderError(1, 'load.failed', 'no request was answered');
  } catch (error) {
    if (interrupt.signal.aborted && !(error instanceof CommanderError)) {
      throw new CommanderError(INTERRUPTED, 'load.interrupted', 'interrupted');
    }
    throw error;
  } finally {
    release();
  }
}

async function play(plan: LoadPlan, port: CliPort, signal: AbortSignal): Promise<LoadResult> {
  const bar = new ProgressBar(port);
  const { endpoint, ...load } = plan.load;
  const result = await runLoad(
    { ...load, send: chatSender(endpoint, systemTiming), timing: systemTiming, signal },
    (progress) => {
      bar.show(load.workload.name, progress.elapsedSeconds / load.seconds, progressNote(progress));
    },
  );
  bar.clear();
  return result;
}

/** What is known while a load goes on. */
export function progressNote({ sent, completed, failed }: LoadProgress): string {
  const waiting = sent - completed - failed;
  const parts = [`${completed} answered`, `${waiting} under way`, ...(failed === 0 ? [] : [`${failed} failed`])];
  return parts.join(', ');
}
