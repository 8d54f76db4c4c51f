import type { PluginSurroundings } from '../plugin-factory';
import type { ParameterReader } from './parameter-reader';

/** Reads a reference to a data producer; the producer of each type exists even where the configuration lists none. */
export function readProducerName(
  parameters: ParameterReader,
  parameter: string,
  type: string,
  around: PluginSurroundings,
): void {
  const name = parameters.string(parameter);
  if (name === undefined || name === type || around.plugin(name)?.type === type) return;
  parameters.reject(parameter, `config.plugins has no ${type} of that name`, `leave it out, or name a ${type}`);
}

export const PREFIX_PRODUCER = 'approx-prefix-cache-producer';
export const LOAD_PRODUCER = 'inflight-load-producer';
