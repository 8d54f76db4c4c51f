import type { Scorer } from '../plugin';
import type { PluginFactory } from '../plugin-factory';

/** Label with the prompt lengths that a pod is meant for, in tokens: `0-2048`. */
export const CONTEXT_LENGTH_LABEL = 'llm-d.ai/context-length-range';

interface TokenRange {
  readonly min: number;
  readonly max: number;
}

const NO_LABEL = 0.5;
const BAD_LABEL = 0;
/** Scores above are for prompts in the range, those below for others. */
const IN_RANGE = 0.3;
/** Ranges that are remembered; more different ones are not expected of a pool. */
const MOST_RANGES = 1000;

/**
 * Prefers pods whose label says that they are meant for prompts of this length: in the range, the narrower and the more
 * room above the prompt the better; outside, the nearer the better.
 */
export function contextLengthAwareScorer(name: string, label: string): Scorer {
  const ranges = new Map<string, TokenRange | undefined>();
  const rangeOf = (text: string): TokenRange | undefined => {
    if (ranges.has(text)) return ranges.get(text);
    if (ranges.size >= MOST_RANGES) ranges.clear();
    const range = parseRange(text);
    ranges.set(text, range);
    return range;
  };
  return {
    type: 'context-length-aware',
    name,
    kind: 'scorer',
    score({ request }, candidates, scores) {
      let i = 0;
      for (const { labels } of candidates) {
        const text = labels[label];
        if (text === undefined) {
          scores[i++] = NO_LABEL;
          continue;
        }
        const range = rangeOf(text);
        scores[i++] = range === undefined ? BAD_LABEL : fit(request.promptTokens, range);
      }
    },
    explain: ({ request }, { labels }) => ({ promptTokens: request.promptTokens, range: labels[label] ?? 'none' }),
  };
}

function parseRange(text: string): TokenRange | undefined {
  const [, min, max] = /^\s*(\d+)\s*-\s*(\d+)\s*$/.exec(text) ?? [];
  const range = { min: Number(min), max: Number(max) };
  return range.min <= range.max ? range : undefined;
}

function fit(tokens: number, { min, max }: TokenRange): number {
  if (tokens < min || tokens > max) {
    const distance = tokens < min ? min - tokens : tokens - max;
    return IN_RANGE / (1 + distance / 1000);
  }
  const width = max - min;
  if (width === 0) return 1;
  return IN_RANGE + (1 - IN_RANGE) * ((0.7 * 1) / (1 + width / 10_000) + (0.3 * (max - tokens)) / width);
}

export const CONTEXT_LENGTH_AWARE: PluginFactory<Scorer> = {
  type: 'context-length-aware',
  create(name, parameters) {
    if (parameters.boolean('enableFiltering', false)) {
      parameters.reject(
        'enableFiltering',
        'in this picker it scores and does not filter',
        'leave it out: pods out of range get the lowest scores; or filter by label-selector-filter',
      );
    }
    return contextLengthAwareScorer(name, parameters.string('label', CONTEXT_LENGTH_LABEL));
  },
};
