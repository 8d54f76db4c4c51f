import { MetricsScraper } from './io/metrics-scraper';
import type { PickerOptions } from './options';
import { EngineReaders } from './pool/engines';
import type { PoolState } from './pool/pool-state';
import { ScrapeSchedule, scrapeTimes } from './pool/scrape-schedule';
import type { MetricsReading } from './scheduling/config/resolved-config';
import type { ServerTelemetry } from './server-telemetry';
import type { Clock, Random } from './time';

/** Readings at one time: enough for thousands a second, and no crowd when all pods hang. */
const MOST_READINGS = 64;

/** What the readings of a pool depend on. */
export interface ScraperOptions {
  readonly reading: MetricsReading;
  readonly options: PickerOptions;
  readonly pool: PoolState;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: ServerTelemetry;
}

/** Reads the metrics of a pool's endpoints as configuration and command line say. */
export function createScraper({ reading, options, pool, clock, random, telemetry }: ScraperOptions): MetricsScraper {
  const { source, extractor } = reading;
  const times = scrapeTimes(source.intervalMs ?? options.scrape.intervalMs);
  return new MetricsScraper({
    pool,
    schedule: new ScrapeSchedule({ times, maxConcurrent: MOST_READINGS, random }),
    engines: new EngineReaders(extractor),
    source,
    clock,
    observer: telemetry.readings,
  });
}
