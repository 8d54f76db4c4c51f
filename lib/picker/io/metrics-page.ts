import { setImmediate as nextTurn } from 'node:timers/promises';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { EXPOSITION_TYPE } from '../telemetry/exposition';

/** Text that is made in one go at most, characters: others may run before the next. */
const SLICE = 256 * 1024;

/** What the page shows. */
export interface MetricsPageOptions {
  /** The picker's metrics in pieces. */
  readonly pages: () => Iterable<string>;
  /**
   * Whether the page also shows metrics of the process: memory, CPU, delay of the event loop.
   * @default true
   */
  readonly process?: boolean;
}

/** The page at `/metrics`. */
export interface MetricsPage {
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** The picker's metrics, followed by those of the process. */
export function metricsPage({ pages, process = true }: MetricsPageOptions): MetricsPage {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  return {
    async render() {
      const parts: string[] = [];
      let slice = 0;
      for (const page of pages()) {
        parts.push(page);
        slice += page.length;
        if (slice < SLICE) continue;
        slice = 0;
        await nextTurn();
      }
      if (process) parts.push(await registry.metrics());
      return { contentType: EXPOSITION_TYPE, body: parts.join('') };
    },
  };
}
