import type { ParameterReader } from '../parameters/parameter-reader';

/** How many endpoints a picker takes: those after the first are the gateway's fallback list. Zero and less mean 1. */
export function maxNumOfEndpoints(parameters: ParameterReader): number {
  return Math.max(1, parameters.integer('maxNumOfEndpoints', 1));
}
