import type { EndpointPickerConfig } from '../../core/picker/config';
import type { Call } from '../../picker/scheduling/call';
import { resolvePickerConfig, type LoadOptions } from '../../picker/scheduling/config/load-config';
import type { Endpoint, EndpointMetrics } from '../../picker/scheduling/endpoint';
import { blocksOfCache, PrefixIndex } from '../../picker/scheduling/prefix-index';
import type { PrefixIndexSettings } from '../../picker/scheduling/prefix-index-settings';
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
    make: (setup) => pickerPolicy(name, setup, brainOf(config, options)),
  };
}

/** Scheduler and prefix index as a configuration wants them. */
function brainOf(config: EndpointPickerConfig | undefined, options: LoadOptions): PickerBrain {
  const { profiles, handler, plugins, prefixIndex } = resolvePickerConfig(config, options);
  const index = new PrefixIndex({ endpointBlocks: prefixIndex.blocksPerEndpoint, memoryBytes: INDEX_BYTES });
  const scheduler = new Scheduler({
    profiles,
    handler,
    others: plugins,
    prefixes: index,
    onFault: ({ plugin, message }) => {
      throw new Error(`plugin ${plugin} failed: ${message}`);
    },
  });
  return { scheduler, followers: [new PrefixBooks(index, prefixIndex)] };
}

/** Memory of an index in a simulation, which never has more than a few dozen pods. */
const INDEX_BYTES = 64 * 1024 * 1024;

/** Keeps the prefix index in step with what is routed where. */
class PrefixBooks {
  readonly #capacities = new WeakMap<Endpoint, number>();

  public constructor(
    private readonly index: PrefixIndex,
    private readonly settings: PrefixIndexSettings,
  ) {}

  public routed({ targets, request }: Call): void {
    for (const { endpoint } of targets) this.index.add(endpoint.slot, request.prompt);
  }

  public measured(endpoint: Endpoint, { blocks, blockSizeTokens }: EndpointMetrics): void {
    if (!this.settings.autoTune || blocks === undefined || blockSizeTokens === undefined) return;
    if (this.#capacities.get(endpoint) === blocks) return;
    this.#capacities.set(endpoint, blocks);
    this.index.setCapacity(endpoint.slot, blocksOfCache(blocks, blockSizeTokens, this.settings.blockTokens));
  }

  public endpointRemoved({ slot }: Endpoint): void {
    this.index.remove(slot);
  }
}
