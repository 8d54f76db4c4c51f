import type { ParameterReader } from '../parameters/parameter-reader';
import type { ContextView, EndpointView, RequestView } from './views';

/** What scorers and filters of a team's own have in common. `P` is plain data: it is sent to another thread. */
export interface CustomDefinition<P, R> {
  /** Name of the type in the configuration. Must not be one of the picker's own. */
  readonly type: string;
  /**
   * Reads the parameters of the configuration; what does not fit is reported with its line.
   * @default - the plugin takes no parameters
   */
  readonly parameters?: (reader: ParameterReader) => P;
  /** Makes the function that is asked for each endpoint. Called once for each plugin of the configuration. */
  readonly create: (parameters: P) => (request: RequestView, endpoint: EndpointView, context: ContextView) => R;
  /**
   * Whether it runs in a thread of its own, where an endless loop or a lot of memory harms no request. In the picker's
   * thread it costs less for each decision, and only errors and slowness are noticed.
   * @default true
   */
  readonly isolate?: boolean;
  /**
   * Time for all endpoints of one decision, ms. What takes longer has no say in that decision.
   * @default 5
   */
  readonly timeLimitMs?: number;
}

/** A scorer: the function gives 0 (avoid) to 1 (prefer). */
export interface CustomScorer<P = unknown> extends CustomDefinition<P, number> {
  readonly kind: 'scorer';
}

/** A filter: the function says whether the endpoint may serve the request. */
export interface CustomFilter<P = unknown> extends CustomDefinition<P, boolean> {
  readonly kind: 'filter';
}

export type CustomPlugin = CustomScorer | CustomFilter;

/** Time for one decision unless the definition says otherwise, ms. */
export const TIME_LIMIT_MS = 5;

/** A scorer to name in the configuration; a module that the picker loads exports it. */
export function defineScorer<P = undefined>(definition: CustomDefinition<P, number>): CustomScorer {
  // Parameters only travel from `parameters` to `create`: nobody between them has to know their type.
  return { ...definition, kind: 'scorer' } as CustomScorer;
}

/** A filter to name in the configuration; a module that the picker loads exports it. */
export function defineFilter<P = undefined>(definition: CustomDefinition<P, boolean>): CustomFilter {
  return { ...definition, kind: 'filter' } as CustomFilter;
}
