import type { PickerFlavor as Flavor } from '../flavor';
import { BUNDLED } from './bundled';
import { GAIE } from './gaie';
import { LLM_D_ROUTER } from './llm-d-router';

/** An implementation of the endpoint picker. */
export type PickerFlavor = Flavor;

const all: readonly Flavor[] = Object.freeze([BUNDLED, LLM_D_ROUTER, GAIE]);

/** Implementations of the endpoint picker. Flags, API groups, probes and rights follow from the choice. */
export const PickerFlavor = Object.freeze({
  BUNDLED,
  LLM_D_ROUTER,
  GAIE,
  /** Every flavour. */
  all,
});
