import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { POLICIES } from '../simulator/policies/catalog';
import type { NamedPolicy } from '../simulator/policy';
import { htmlReport } from '../simulator/report/html';
import { summaryTable } from '../simulator/report/table';
import { type Played, play } from '../simulator/scenario';
import { WORKLOADS } from '../simulator/workloads/catalog';
import type { CliPort } from './port';
import { ProgressBar } from './progress';
import { type SimulateOptions, type SimulatePlan, simulatePlan } from './simulate-plan';

/** The command `simulate`. */
export function simulateCommand(port: CliPort): Command {
  return new Command('simulate')
    .description('play a workload on simulated model servers with several routing policies, and compare them')
    .option('--stack <file>', 'cdk8s program, manifest or folder of manifests to take servers and picker from')
    .option('--pool <name>', 'InferencePool of the stack, where it has several')
    .option('--replicas <n>', 'model servers (default: 3, or those of the stack)')
    .option('--accelerator <name>', 'GPU of each server, such as L4 or H100 (default: L4)')
    .option('--gpus <n>', 'GPUs of each server (default: 1)')
    .option('--model <id>', 'model (default: meta-llama/Llama-3.1-8B-Instruct)')
    .option('--workload <name>', 'workload to generate (default: chat)')
    .option('--trace <file>', "trace in Mooncake's format to replay instead")
    .option('--rate <n>', 'requests a second over all servers; stretches a trace')
    .option('--policy <names>', 'policies to compare, separated by commas')
    .option('--config <file>', "EndpointPickerConfig to run as the policy 'configured'")
    .option('--duration <s>', 'simulated time, seconds', '300')
    .option('--warmup <s>', 'time at the start that is not measured, seconds (default: a fifth; 0 for a trace)')
    .option('--seed <n>', 'seed of everything that is random', '1')
    .option('--scrape-interval <ms>', "time between two readings of a server's metrics", '50')
    .option('--routers <n>', 'pickers that do not know of each other', '1')
    .option('--objective-ttft <ms>', 'longest time to first token of a good answer', '2000')
    .option('--objective-tpot <ms>', 'longest time per output token of a good answer', '100')
    .option('--json', 'print JSON instead of a table')
    .option('--html <file>', 'also write a report with plots')
    .addHelpText('after', `\n${lists()}`)
    .action((options: SimulateOptions) => {
      runSimulate(options, port);
    });
}

function lists(): string {
  const list = (title: string, entries: readonly { readonly name: string; readonly summary: string }[]): string =>
    [title, ...entries.map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`)].join('\n');
  return `${list('Policies:', POLICIES)}\n\n${list('Workloads:', WORKLOADS)}`;
}

/** Runs the command. Throws a ValidationError for options that do not fit. */
export function runSimulate(options: SimulateOptions, port: CliPort): void {
  const plan = simulatePlan(options);
  const played = plan.policies.map((policy, index) => playShown(plan, policy, index, port));
  const summaries = played.map(({ summary }) => summary);
  if (options.json === true) {
    port.out(`${JSON.stringify({ title: plan.title, facts: plan.facts, summaries }, null, 2)}\n`);
  } else {
    port.out(`${plan.facts.join('\n')}\n\n${summaryTable(summaries)}\n`);
  }
  if (options.html === undefined) return;
  writeFileSync(options.html, htmlReport({ title: plan.title, facts: plan.facts, runs: played }));
  if (options.json !== true) port.out(`\nreport: ${options.html}\n`);
}

function playShown(plan: SimulatePlan, policy: NamedPolicy, index: number, port: CliPort): Played {
  const bar = new ProgressBar(port);
  const { untilMs, workload } = plan.scenario;
  const played = play(
    {
      ...plan.scenario,
      progress: (now, finished) => {
        const part = workload.requests === undefined ? now / untilMs : finished / workload.requests;
        bar.show(`${policy.name.padEnd(18)} ${index + 1}/${plan.policies.length}`, part, `${finished} requests`);
      },
    },
    policy,
  );
  bar.clear();
  return played;
}
