import { deepFreeze } from '../freeze';
import { GEMMA } from './gemma';
import { LLAMA } from './llama';
import { MISTRAL } from './mistral';
import type { ModelFacts } from './model-facts';
import { OTHER_MODELS } from './open-models';
import { QWEN } from './qwen';

const byId: ReadonlyMap<string, ModelFacts> = new Map(
  [...GEMMA, ...LLAMA, ...QWEN, ...MISTRAL, ...OTHER_MODELS].map((facts) => [facts.id, deepFreeze(facts)]),
);

/** Every model of the catalogue. */
export const KNOWN_MODELS: readonly ModelFacts[] = Object.freeze([...byId.values()]);

/** What is known of a model, or undefined for one that is not in the catalogue. */
export function modelFacts(id: string): ModelFacts | undefined {
  return byId.get(id);
}
