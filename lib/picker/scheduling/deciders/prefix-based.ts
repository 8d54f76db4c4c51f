import type { PluginFactory } from '../plugin-factory';
import type { Decider } from './decider';

/** Parameters of the decider. */
export interface PrefixBasedOptions {
  /** Prompt tokens that the decoding pod must lack at least; 0 for never. */
  readonly nonCachedTokens: number;
  /** Tokens that the prompt must have at least. */
  readonly promptTokens: number;
}

/** Says yes when the decoding pod would have to compute a long piece of the prompt. */
export function prefixBasedDecider(name: string, options: PrefixBasedOptions): Decider {
  return {
    type: 'prefix-based-pd-decider',
    name,
    kind: 'decider',
    disaggregate(context, worker) {
      const { promptTokens } = context.request;
      if (options.nonCachedTokens === 0 || promptTokens < options.promptTokens) return false;
      const uncached = worker === undefined ? promptTokens : context.uncachedTokens(worker);
      return uncached >= options.nonCachedTokens;
    },
  };
}

export const PREFIX_BASED: PluginFactory<Decider> = {
  type: 'prefix-based-pd-decider',
  create: (name, parameters) =>
    prefixBasedDecider(name, {
      nonCachedTokens: parameters.integer('nonCachedTokens', 0, { min: 0 }),
      promptTokens: parameters.integer('promptTokens', 0, { min: 0 }),
    }),
};
