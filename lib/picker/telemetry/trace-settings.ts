import { oneOf, type Problem } from '../../core/problem';

/** How traces are chosen, by the names of OpenTelemetry's environment variables. */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const EXPORTERS = ['none', 'otlp', 'console'] as const;

/** Where traces go, and which. */
export interface TraceSettings {
  /** `otlp` sends over gRPC, to where the environment's `OTEL_EXPORTER_OTLP_*` point; `console` prints. */
  readonly exporter: 'otlp' | 'console';
  readonly sampler: (typeof SAMPLERS)[number];
  /** Part of the traces that a sampler by ratio takes, 0 to 1. */
  readonly ratio: number;
  readonly serviceName: string;
}

/** Name of the service unless told otherwise; upstream's. */
const SERVICE_NAME = 'llm-d-epp';
/** Upstream's part of traces. */
const RATIO = 0.1;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads OpenTelemetry's environment variables. Undefined when no traces are wanted: without an endpoint or an exporter
 * in the environment. Upstream would print them then.
 */
export function readTraceSettings(env: Environment): TraceSettings | Problem | undefined {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined;
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  const exporter = env['OTEL_TRACES_EXPORTER'] || (endpoint === '' ? 'none' : 'otlp');
  if (!isOneOf(EXPORTERS, exporter)) {
    return unknown('OTEL_TRACES_EXPORTER', exporter, 'the picker has no such exporter', EXPORTERS);
  }
  if (exporter === 'none') return undefined;
  const sampler = env['OTEL_TRACES_SAMPLER'] || 'parentbased_traceidratio';
  if (!isOneOf(SAMPLERS, sampler)) {
    return unknown('OTEL_TRACES_SAMPLER', sampler, 'OpenTelemetry has no such sampler', SAMPLERS);
  }
  const ratio = readRatio(env['OTEL_TRACES_SAMPLER_ARG']);
  if (typeof ratio !== 'number') return ratio;
  return { exporter, sampler, ratio, serviceName: env['OTEL_SERVICE_NAME'] || SERVICE_NAME };
}

function readRatio(text: string | undefined): number | Problem {
  if (text === undefined || text.trim() === '') return RATIO;
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  return {
    what: `OTEL_TRACES_SAMPLER_ARG '${text}' is no part of all traces`,
    why: 'a sampler takes some part of them',
    fix: 'use a number from 0 to 1',
  };
}

function isOneOf<T extends string>(values: readonly T[], value: string): value is T {
  return (values as readonly string[]).includes(value);
}

function unknown(variable: string, value: string, why: string, values: readonly string[]): Problem {
  return { what: `${variable} '${value}' is unknown`, why, fix: `use ${oneOf(values)}` };
}
