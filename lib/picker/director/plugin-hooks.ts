import type { Call } from '../scheduling/call';
import type { Endpoint } from '../scheduling/endpoint';
import type { Plugin } from '../scheduling/plugin';

/** A method of plugins that the director calls. */
export type HookName = 'routed' | 'moved' | 'answerHeaders' | 'firstToken' | 'finished' | 'endpointRemoved';

/** Told of a plugin's hook that threw. */
export type HookFault = (plugin: Plugin, hook: HookName, error: unknown) => void;

/** Calls the hooks of plugins, only of those that have them. A hook that throws harms neither the request nor the next. */
export class PluginHooks {
  readonly #having: Readonly<Record<HookName, readonly Plugin[]>>;
  readonly #fault: HookFault;

  public constructor(plugins: readonly Plugin[], fault: HookFault) {
    const having = (hook: HookName): readonly Plugin[] => plugins.filter((plugin) => plugin[hook] !== undefined);
    this.#having = {
      routed: having('routed'),
      moved: having('moved'),
      answerHeaders: having('answerHeaders'),
      firstToken: having('firstToken'),
      finished: having('finished'),
      endpointRemoved: having('endpointRemoved'),
    };
    this.#fault = fault;
  }

  public routed(call: Call, now: number): void {
    this.#each('routed', (plugin) => plugin.routed?.(call, now));
  }

  public moved(call: Call, from: Endpoint, now: number): void {
    this.#each('moved', (plugin) => plugin.moved?.(call, from, now));
  }

  /** Adds the headers that plugins want on the answer to `headers`. */
  public answerHeaders(call: Call, headers: (readonly [string, string])[]): void {
    this.#each('answerHeaders', (plugin) => headers.push(...(plugin.answerHeaders?.(call) ?? [])));
  }

  public firstToken(call: Call, now: number): void {
    this.#each('firstToken', (plugin) => plugin.firstToken?.(call, now));
  }

  public finished(call: Call, now: number): void {
    this.#each('finished', (plugin) => plugin.finished?.(call, now));
  }

  public endpointRemoved(endpoint: Endpoint): void {
    this.#each('endpointRemoved', (plugin) => plugin.endpointRemoved?.(endpoint));
  }

  #each(hook: HookName, run: (plugin: Plugin) => unknown): void {
    for (const plugin of this.#having[hook]) {
      try {
        run(plugin);
      } catch (error) {
        this.#fault(plugin, hook, error);
      }
    }
  }
}
