import { systemClock } from './io/clock';
import { readText } from './io/config-file';
import { type CustomPlugins, loadCustomPlugins } from './io/custom-plugins';
import type { ProcessPort } from './io/process';
import { replayReport } from './cli/replay';
import type { Command } from './main-command';
import { ExitCode } from './main-exit';
import { loadPickerConfig } from './scheduling/config/load-config';
import { readExport } from './director/read-export';
import type { SchedulerPlan } from './director/replay';

type FileCommand = Extract<Command, { readonly file: string }>;

/** Checks a configuration, or makes a decision again. Throws a `ValidationError` for what is wrong with the file. */
export async function runFileCommand(command: FileCommand, port: ProcessPort): Promise<number> {
  const plugins = loadCustomPlugins(command.plugins, () => systemClock.now());
  const text = await readText(command.file, command.kind);
  if (command.kind === 'replay') {
    try {
      return await runReplay(command, text, plugins, port);
    } finally {
      await plugins.close();
    }
  }
  const { warnings, profiles, config } = loadPickerConfig(text, command.file, { customPlugins: plugins.factories });
  for (const warning of warnings) port.err(`warning: ${warning}\n`);
  port.out(`${command.file} is right: ${count(config.plugins, 'plugin')}, ${count(profiles, 'profile')}\n`);
  return ExitCode.OK;
}

async function runReplay(
  { otherConfig }: FileCommand,
  text: string,
  plugins: CustomPlugins,
  port: ProcessPort,
): Promise<number> {
  const makePlan = (configText: string): SchedulerPlan => {
    const config = loadPickerConfig(configText, 'configText', { customPlugins: plugins.factories });
    return { profiles: config.profiles, handler: config.handler, others: config.plugins };
  };
  const other = otherConfig === undefined ? undefined : await readText(otherConfig, '--config-file');
  const exported = readExport(text);
  const inForce = 'what' in exported ? undefined : (other ?? exported.configText);
  // Plugins in threads of their own have to be up before the decision is made.
  const prepared = inForce === undefined ? undefined : makePlan(inForce);
  await plugins.start();
  const { lines, exitCode } = replayReport({
    text,
    otherConfig: other,
    plan: (config) => prepared ?? makePlan(config),
  });
  port.out(`${lines.join('\n')}\n`);
  return exitCode;
}

function count(things: readonly unknown[], name: string): string {
  return `${things.length} ${name}${things.length === 1 ? '' : 's'}`;
}
