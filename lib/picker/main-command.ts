import { nearMiss } from '../core/near-miss';
import type { FlagName } from '../core/picker/flags';
import { allOf, type Problem } from '../core/problem';
import { parseFlags, type ParsedFlags } from './flags-parse';
import type { PickerOptions } from './options';
import { type Environment, parseOptions } from './options-parse';

const FILE_COMMANDS = ['check-config', 'replay'] as const;
type FileCommand = (typeof FILE_COMMANDS)[number];

/** What a command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'serve'; readonly options: PickerOptions; readonly warnings: readonly string[] }
  | {
      readonly kind: FileCommand;
      readonly file: string;
      /** Configuration to try in the place of the recorded one. */
      readonly otherConfig: string | undefined;
      /** Modules with plugins of one's own. */
      readonly plugins: readonly string[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Reads a command line without the names of node and of the program. */
export function parseCommand(argv: readonly string[], env: Environment): Command {
  const flags = parseFlags(argv);
  if (flags.help) return { kind: 'help' };
  if (flags.version) return { kind: 'version' };
  const [first] = flags.operands;
  if (first === undefined) return serve(flags, env);
  const command = FILE_COMMANDS.find((name) => name === first);
  if (command !== undefined) return fileCommand(command, flags);
  const meant = nearMiss(first, FILE_COMMANDS);
  return meant === undefined
    ? serve(flags, env)
    : {
        kind: 'invalid',
        problems: [
          { what: `'${first}' is not a command`, why: 'the picker has no such command', fix: `write ${meant}` },
        ],
      };
}

function serve(flags: ParsedFlags, env: Environment): Command {
  const result = parseOptions(flags, env);
  return result.kind === 'invalid' ? result : { ...result, kind: 'serve' };
}

function fileCommand(command: FileCommand, { operands, values, given, problems }: ParsedFlags): Command {
  const [, file, ...more] = operands;
  const found: Problem[] = [...problems];
  if (file === undefined) {
    found.push({ what: `${command} without a file`, why: 'it works on one', fix: `write ${command} FILE` });
  }
  if (more.length > 0) {
    found.push({ what: `${command} with ${more.length + 1} files`, why: 'it works on one', fix: 'run it for each' });
  }
  const takes: readonly FlagName[] = command === 'replay' ? ['plugin', 'config-file'] : ['plugin'];
  const unused = [...given].filter((name) => !takes.includes(name));
  if (unused.length > 0) {
    found.push({
      what: `${command} with --${unused.join(' and --')}`,
      why: `it takes ${allOf(takes.map((name) => `--${name}`))} only`,
      fix: `remove ${unused.length > 1 ? 'them' : 'it'}`,
    });
  }
  if (file === undefined || found.length > 0) return { kind: 'invalid', problems: found };
  const config = values['config-file'];
  return { kind: command, file, otherConfig: config === '' ? undefined : config, plugins: values.plugin };
}
