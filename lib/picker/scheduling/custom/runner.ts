import { PluginFault } from '../plugin-fault';
import type { CustomPlugin } from './definition';
import type { ContextView, EndpointView, RequestView } from './views';

/** One decision for a plugin of a team's own. Plain data, for it may go to another thread. */
export interface CustomQuestion {
  readonly request: RequestView;
  readonly endpoints: readonly EndpointView[];
  readonly context: ContextView;
}

/** Asks a plugin's function of each endpoint. */
export interface CustomRunner {
  /** What the function returned for each endpoint. Throws a `PluginFault` when the plugin failed. */
  run(question: CustomQuestion): readonly unknown[];
}

/** Runs the function in this thread: an endless loop would stop the picker. */
export class InProcessRunner implements CustomRunner {
  readonly #ask: (request: RequestView, endpoint: EndpointView, context: ContextView) => unknown;

  public constructor(
    definition: CustomPlugin,
    parameters: unknown,
    private readonly timeLimitMs: number,
    /** Milliseconds, with fractions. */
    private readonly now: () => number,
  ) {
    this.#ask = definition.create(parameters);
  }

  public run({ request, endpoints, context }: CustomQuestion): readonly unknown[] {
    const start = this.now();
    const answers = endpoints.map((endpoint) => this.#ask(request, endpoint, context));
    const elapsed = this.now() - start;
    if (elapsed > this.timeLimitMs) {
      throw new PluginFault('timed-out', `took ${elapsed.toFixed(1)} ms of ${this.timeLimitMs}`);
    }
    return answers;
  }
}
