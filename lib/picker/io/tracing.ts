import type { TraceSettings } from '../telemetry/trace-settings';
import type { Tracing } from '../telemetry/tracing';
import type { Clock } from '../time';

/** Starts to trace. OpenTelemetry is loaded here and not before: it is 0.8 MB of code and 20 MB of memory. */
export async function startTracing(settings: TraceSettings, clock: Clock): Promise<Tracing> {
  const { exporterOf, otelTracing } = await import('./tracing-otel');
  return otelTracing({ settings, clock, processor: exporterOf(settings) });
}
