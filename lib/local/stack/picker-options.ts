import { parseDocument, isMap, isSeq } from 'yaml';
import { PickerFlavor } from '../../core/picker/flavors';
import { ValidationError } from '../../core/problem';
import { parseFlags } from '../../picker/flags-parse';
import type { PickerOptions } from '../../picker/options';
import { parseOptions } from '../../picker/options-parse';
import type { LocalPool } from '../manifests/topology';

/** Options of a pool's picker on this machine, and what differs from those of the manifests. */
export interface LocalPickerOptions {
  readonly options: PickerOptions;
  readonly notes: readonly string[];
}

/**
 * Reads how a pool's picker is started: its own command line where it is ours, without what needs a cluster, its
 * certificates or fixed ports; another implementation's configuration is played with ours.
 * @throws ValidationError for flags that our picker does not take
 */
export function localPickerOptions(pool: LocalPool): LocalPickerOptions {
  const { picker } = pool;
  const place = `picker ${picker.namespace}/${picker.name}`;
  const ours = picker.flavor === PickerFlavor.BUNDLED.name;
  const flags = parseFlags(ours ? picker.args : []);
  const values = { ...flags.values, tracing: false, 'pool-name': pool.name, 'pool-namespace': pool.namespace };
  const result = parseOptions({ ...flags, values }, {});
  if (result.kind === 'invalid') throw new ValidationError(place, result.problems);
  const { options } = result;
  const notes: string[] = [];
  if (!ours) notes.push(`${place} is of the kind ${picker.flavor}; the bundled one plays its configuration`);
  if (picker.replicas > 1) notes.push(`${place} has ${picker.replicas} replicas; one is played`);
  if (pool.ports.length > 1) {
    notes.push(`InferencePool ${pool.namespace}/${pool.name} has ${pool.ports.length} ports a pod; one is played`);
  }
  return {
    notes,
    options: {
      ...options,
      config: picker.configText === undefined ? undefined : { kind: 'text', text: localConfig(picker.configText) },
      grpc: { ...options.grpc, port: 0, tls: undefined },
      healthPort: 0,
      admin: {
        ...options.admin,
        port: 0,
        metricsAuth: false,
        certDir: undefined,
        clientCaFile: undefined,
        debugTokenFile: undefined,
      },
      leaderElection: false,
      drainMs: 0,
    },
  };
}

const METRICS_SOURCE = 'metrics-data-source';

/** Takes a fixed port and TLS of metrics out of a configuration: here every pod has a port of its own, without TLS. */
function localConfig(text: string): string {
  if (!text.includes(METRICS_SOURCE)) return text;
  const document = parseDocument(text);
  const plugins = document.get('plugins');
  if (document.errors.length > 0 || !isSeq(plugins)) return text;
  for (const plugin of plugins.items) {
    if (!isMap(plugin) || plugin.get('type') !== METRICS_SOURCE) continue;
    for (const name of ['port', 'scheme']) plugin.deleteIn(['parameters', name]);
  }
  // Lines stay where they were, so that messages about the rest name the right ones.
  return String(document);
}
