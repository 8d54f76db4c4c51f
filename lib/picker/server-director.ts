import { createAdmission } from './admission/create-admission';
import { FlowControl } from './admission/flow-control/flow-control';
import { DecisionLog } from './director/decision-log';
import { PickerDirector } from './director/director';
import type { DirectorParts, DirectorSettings } from './director/parts';
import type { PoolState } from './pool/pool-state';
import type { ModelRules } from './pool/views';
import { PARSERS, RequestParsers } from './request/request-parsers';
import type { ResolvedPickerConfig } from './scheduling/config/resolved-config';
import type { InFlight } from './scheduling/in-flight';
import { InFlightCalls } from './scheduling/in-flight-calls';
import { Scheduler } from './scheduling/scheduler';
import { TickingAdmission } from './server-admission';
import { PrefixBook } from './director/prefix-book';
import type { PickerTelemetry } from './telemetry/telemetry';
import { timedScheduler } from './telemetry/timed-scheduler';
import type { Clock, Random } from './time';

/** What decisions are made from. */
export interface DecisionCoreOptions {
  readonly config: ResolvedPickerConfig;
  readonly pool: PoolState;
  /** The one that made the loads of the pool's endpoints. */
  readonly inFlight: InFlight;
  readonly rules: ModelRules;
  readonly telemetry: PickerTelemetry;
  /** Undefined where nobody wants traces. */
  readonly traceHeaders: DirectorParts['traceHeaders'] | undefined;
  readonly settings: Partial<DirectorSettings>;
  readonly clock: Clock;
  readonly random: Random;
  readonly newRequestId: () => string;
}

/** The director with everything that it leans on. */
export interface DecisionCore {
  readonly director: PickerDirector;
  readonly admission: TickingAdmission;
  /** Queues of flow control; undefined where none waits. */
  readonly queue: FlowControl | undefined;
  readonly prefixes: PrefixBook;
  readonly log: DecisionLog;
  /** Requests that were routed and are not finished. */
  readonly calls: InFlightCalls;
}

/** Puts together what decides: parsers, admission, scheduler, prefix index, books and the director over them. */
export function createDecisionCore(options: DecisionCoreOptions): DecisionCore {
  const { config, pool, inFlight, telemetry, clock, random } = options;
  const prefixes = new PrefixBook(config.prefixIndex);
  const calls = new InFlightCalls(inFlight);
  const log = new DecisionLog();
  const door = createAdmission({
    settings: config.admission,
    clock,
    pool: () => pool.endpoints,
    observer: telemetry.admission,
  });
  const admission = new TickingAdmission(door, clock);
  const director = new PickerDirector({
    parser: parsersOf(config),
    rules: options.rules,
    pool,
    admission,
    scheduler: timedScheduler(schedulerOf(options, prefixes), clock, telemetry.decisions),
    prefixes: prefixes.index,
    followers: [calls, prefixes, telemetry.calls],
    observer: telemetry.requests,
    clock,
    random,
    newRequestId: options.newRequestId,
    log,
    ...(options.traceHeaders === undefined ? {} : { traceHeaders: options.traceHeaders }),
    settings: options.settings,
  });
  pool.listen({
    measured: (endpoint, metrics) => {
      inFlight.reading(endpoint, metrics.at);
      prefixes.measured(endpoint, metrics);
    },
    removed: (endpoint) => {
      prefixes.removed(endpoint);
      director.hooks.endpointRemoved(endpoint);
      telemetry.endpoints.removed(endpoint);
    },
  });
  return { director, admission, queue: door instanceof FlowControl ? door : undefined, prefixes, log, calls };
}

function schedulerOf({ config, settings, telemetry }: DecisionCoreOptions, prefixes: PrefixBook): Scheduler {
  const { metricsStalenessMs } = settings;
  return new Scheduler({
    profiles: config.profiles,
    handler: config.handler,
    others: config.plugins,
    prefixes: prefixes.index,
    ...(metricsStalenessMs === undefined ? {} : { metricsStalenessMs }),
    onFault: (fault) => {
      telemetry.pluginFault(fault);
    },
  });
}

function parsersOf({ parsers, prefixIndex }: ResolvedPickerConfig): RequestParsers {
  return new RequestParsers({
    parsers: parsers.flatMap((type) => PARSERS[type] ?? []),
    prompt: { blockTokens: prefixIndex.blockTokens, maxBlocks: prefixIndex.maxBlocks },
  });
}
