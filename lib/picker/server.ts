import { randomUUID } from 'node:crypto';
import type { DirectorSettings } from './director/parts';
import { cachedReviewer } from './io/admin-server-review';
import { systemClock } from './io/clock';
import { loadCustomPlugins } from './io/custom-plugins';
import type { PickerOptions } from './options';
import { ModelRulesStore } from './pool/model-rules-store';
import { PoolState } from './pool/pool-state';
import { InFlight } from './scheduling/in-flight';
import type { PluginFactory } from './scheduling/plugin-factory';
import { createAdminServer } from './server-admin';
import { loadConfig } from './server-config';
import { createDecisionCore } from './server-director';
import { GrpcFront } from './server-grpc';
import { PickerServer } from './server-lifecycle';
import { type Log, NO_LOG } from './telemetry/log';
import { Readiness } from './server-readiness';
import { createScraper } from './server-scraper';
import { createSource, poolOf, type SourceFactory } from './server-source';
import { createTelemetry } from './server-telemetry';
import type { Clock, Random } from './time';

/** What a caller brings instead of what the options describe. */
export interface PickerParts {
  /** @default - the clock of the machine */
  readonly clock?: Clock;
  /** @default - that of the machine */
  readonly random?: Random;
  /** @default - random UUIDs */
  readonly newRequestId?: () => string;
  /**
   * Address to listen on.
   * @default - all
   */
  readonly host?: string;
  /** @default - says nothing */
  readonly log?: Log;
  /** @default - what the options name */
  readonly source?: SourceFactory;
  /**
   * Plugin types beside those of the options' modules.
   * @default - none
   */
  readonly customPlugins?: readonly PluginFactory[];
}

/**
 * An endpoint picker as its options describe it, ready to start. Reads its configuration, certificates and plugins;
 * throws a `ValidationError` for what is wrong with them.
 */
export async function createPickerServer(options: PickerOptions, parts: PickerParts = {}): Promise<PickerServer> {
  const { clock = systemClock, random = Math.random, log = NO_LOG, host } = parts;
  const plugins = loadCustomPlugins(options.plugins, () => clock.now());
  const factories = [...(parts.customPlugins ?? []), ...plugins.factories];
  const { resolved: config, text: configText } = await loadConfig(options, factories);
  for (const warning of config.warnings) log.warn(warning);

  const inFlight = new InFlight();
  const pool = new PoolState({ ...poolOf(options), clock, attach: () => inFlight.attach() });
  const rules = new ModelRulesStore();
  const telemetry = await createTelemetry({ options, config, pool, clock, log });
  const { onFault } = telemetry;
  const core = createDecisionCore({
    config,
    pool,
    inFlight,
    rules,
    telemetry: telemetry.observers,
    traceHeaders: telemetry.traceHeaders,
    settings: settingsOf(options),
    clock,
    random,
    newRequestId: parts.newRequestId ?? randomUUID,
  });
  telemetry.watch(core);
  const source = await (parts.source ?? createSource(options, config.discovery))({
    pool,
    rules,
    log,
    random,
    clock,
    election: options.leaderElection ? { identity: options.podName } : undefined,
  });
  const measured = config.metrics !== undefined;
  const readiness = new Readiness({
    pool: {
      get synced() {
        return pool.synced;
      },
      get measured() {
        return !measured || pool.measured;
      },
    },
    leads: () => source.leads,
  });
  const scraper = config.metrics && createScraper({ reading: config.metrics, options, pool, clock, random, telemetry });
  const observer = telemetry.streams;
  const { grpc, healthPort, admin } = options;
  const front = new GrpcFront({ grpc, healthPort, host, director: core.director, readiness, clock, observer, onFault });
  const adminServer = await createAdminServer({
    admin,
    host,
    core,
    pool,
    configText,
    metrics: telemetry.pages,
    state: {
      ready: () => readiness.missing,
      streams: () => front.streams,
      waiting: () => core.admission.waiting,
      prefixIndex: () => ({ blocks: core.prefixes.index.blocks, ...core.prefixes.index.stats }),
    },
    reviewer: admin.metricsAuth && source.reviewer ? cachedReviewer(source.reviewer, clock) : undefined,
    clock,
    onFault,
  });
  const { drainMs } = options;
  const { flush } = telemetry;
  return new PickerServer({
    plugins,
    core,
    pool,
    source,
    scraper,
    front,
    admin: adminServer,
    readiness,
    log,
    drainMs,
    flush,
  });
}

function settingsOf({ ignoreSubset, emitScores, scrape }: PickerOptions): Partial<DirectorSettings> {
  return { subsetFilter: !ignoreSubset, emitScores, metricsStalenessMs: scrape.stalenessMs };
}
