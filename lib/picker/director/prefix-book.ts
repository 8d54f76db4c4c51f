import type { CallFollower } from './parts';
import type { PoolListener } from '../pool/pool-state';
import type { Call } from '../scheduling/call';
import type { Endpoint, EndpointMetrics } from '../scheduling/endpoint';
import { type AddReceipt, blocksOfCache, PrefixIndex } from '../scheduling/prefix-index';
import type { PrefixIndexSettings } from '../scheduling/prefix-index-settings';

interface Entry {
  readonly endpoint: Endpoint;
  readonly receipt: AddReceipt;
}

/**
 * Keeps the prefix index: what each endpoint was given to compute, how much it can keep, and that it is gone. A prompt
 * is entered when it is routed, before it is computed, so that the next one like it follows at once.
 */
export class PrefixBook implements CallFollower, PoolListener {
  public readonly index: PrefixIndex;
  readonly #settings: PrefixIndexSettings;
  readonly #open = new Map<Call, Entry[]>();
  readonly #capacities = new WeakMap<Endpoint, number>();
  /** Endpoints whose slot may be another's by now. */
  readonly #gone = new WeakSet<Endpoint>();

  /** @param memoryBytes most bytes of the index; without it the index's own limit */
  public constructor(settings: PrefixIndexSettings, memoryBytes?: number) {
    this.#settings = settings;
    this.index = new PrefixIndex({
      endpointBlocks: settings.blocksPerEndpoint,
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
    });
  }

  public routed(call: Call): void {
    const { prompt } = call.request;
    if (prompt.hashes.length === 0) return;
    const enter = ({ endpoint }: { endpoint: Endpoint }): Entry => ({
      endpoint,
      receipt: this.index.add(endpoint.slot, prompt),
    });
    this.#open.set(call, call.targets.map(enter));
  }

  /** Another endpoint computed the prompt than the one that was chosen. */
  public moved(call: Call, from: Endpoint): void {
    const entries = this.#open.get(call);
    const at = entries?.findIndex(({ endpoint }) => endpoint === from) ?? -1;
    const entry = entries?.[at];
    if (entries === undefined || entry === undefined) return;
    const { endpoint } = call.primary;
    const { prompt } = call.request;
    if (this.#gone.has(endpoint)) {
      this.index.takeBack(from.slot, prompt, entry.receipt);
      entries.splice(at, 1);
      return;
    }
    entries[at] = { endpoint, receipt: this.index.move(from.slot, endpoint.slot, prompt, entry.receipt) };
  }

  /** A server that failed before it said a word probably computed nothing. */
  public finished(call: Call): void {
    const entries = this.#open.get(call);
    this.#open.delete(call);
    if (entries === undefined || call.outcome !== 'server-error' || call.firstTokenAt !== undefined) return;
    for (const { endpoint, receipt } of entries) this.index.takeBack(endpoint.slot, call.request.prompt, receipt);
  }

  public measured(endpoint: Endpoint, { blocks, blockSizeTokens }: EndpointMetrics): void {
    if (!this.#settings.autoTune || blocks === undefined || blockSizeTokens === undefined) return;
    // A cache keeps its size; only its first reading, and one after a restart, says something new.
    if (this.#capacities.get(endpoint) === blocks) return;
    this.#capacities.set(endpoint, blocks);
    this.index.setCapacity(endpoint.slot, blocksOfCache(blocks, blockSizeTokens, this.#settings.blockTokens));
  }

  public removed(endpoint: Endpoint): void {
    this.#gone.add(endpoint);
    this.index.remove(endpoint.slot);
  }
}
