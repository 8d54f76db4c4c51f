import type { Usage } from '../scheduling/call';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Token counts of an object as OpenAI, Anthropic, vLLM or SGLang write it; undefined when it holds none. Anthropic's
 * `input_tokens` are those beside the cache, so what was read from it and written to it is added.
 */
export function usageOf(value: unknown): Usage | undefined {
  if (!isFields(value)) return undefined;
  const read = count(value['cache_read_input_tokens']);
  const usage = {
    promptTokens: count(value['prompt_tokens']) ?? inputTokens(value, read),
    outputTokens: count(value['completion_tokens']) ?? count(value['output_tokens']),
    cachedTokens: read ?? count(value['cached_tokens']) ?? detail(value, 'prompt') ?? detail(value, 'input'),
  };
  return Object.values(usage).some((tokens) => tokens !== undefined) ? usage : undefined;
}

/** What is known after more was reported: counts in a stream grow, and parts of them come at different times. */
export function mergeUsage(known: Usage | undefined, more: Usage): Usage {
  return {
    promptTokens: more.promptTokens ?? known?.promptTokens,
    outputTokens: more.outputTokens ?? known?.outputTokens,
    cachedTokens: more.cachedTokens ?? known?.cachedTokens,
  };
}

function inputTokens(value: Fields, read: number | undefined): number | undefined {
  const input = count(value['input_tokens']);
  return input === undefined ? undefined : input + (read ?? 0) + (count(value['cache_creation_input_tokens']) ?? 0);
}

function detail(value: Fields, kind: string): number | undefined {
  const details = value[`${kind}_tokens_details`];
  return isFields(details) ? count(details['cached_tokens']) : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
