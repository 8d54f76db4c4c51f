import type { EndpointPickerConfig } from '../../core/picker/config';
import { PrefixBook } from '../../picker/director/prefix-book';
import { resolvePickerConfig, type LoadOptions } from '../../picker/scheduling/config/load-config';
import { Scheduler } from '../../picker/scheduling/scheduler';
import type { NamedPolicy } from '../policy';
import { type PickerBrain, pickerPolicy } from './picker-policy';

/** A policy that the picker runs with a configuration. */
export function configuredPolicy(
  name: string,
  summary: string,
  config: EndpointPickerConfig | undefined,
  options: LoadOptions = {},
): NamedPolicy {
  return {
    name,
    summary,
    get blockTokens() {
      return resolvePickerConfig(config, options).prefixIndex.blockTokens;
    },
    make: (setup) => pickerPolicy(name, setup, brainOf(config, options)),
  };
}

/** Scheduler and prefix index as a configuration wants them. */
function brainOf(config: EndpointPickerConfig | undefined, options: LoadOptions): PickerBrain {
  const { profiles, handler, plugins, prefixIndex } = resolvePickerConfig(config, options);
  const book = new PrefixBook(prefixIndex, INDEX_BYTES);
  const scheduler = new Scheduler({
    profiles,
    handler,
    others: plugins,
    prefixes: book.index,
    onFault: ({ plugin, message }) => {
      throw new Error(`plugin ${plugin} failed: ${message}`);
    },
  });
  return { scheduler, followers: [book], mostBlocks: prefixIndex.maxBlocks };
}

/** Memory of an index in a simulation, which never has more than a few dozen pods. */
const INDEX_BYTES = 64 * 1024 * 1024;
