import { readTraceSettings } from '../../../lib/picker/telemetry/trace-settings';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317' };

test.each<[string, Record<string, string>]>([
  ['nothing is said', {}],
  ['no exporter is wanted', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
  ['OpenTelemetry is off', { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }],
  ['the endpoint is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
])('there are no traces when %s', (_, env) => {
  expect(readTraceSettings(env)).toBeUndefined();
});

test('with an endpoint a tenth of all traces is sent, and those of whoever asks for more', () => {
  expect(readTraceSettings(ENDPOINT)).toEqual({
    exporter: 'otlp',
    sampler: 'parentbased_traceidratio',
    ratio: 0.1,
    serviceName: 'llm-d-epp',
  });
});

test('everything can be said', () => {
  const env = {
    OTEL_TRACES_EXPORTER: 'console',
    OTEL_TRACES_SAMPLER: 'always_on',
    OTEL_TRACES_SAMPLER_ARG: '0.5',
    OTEL_SERVICE_NAME: 'chat-picker',
  };

  expect(readTraceSettings(env)).toEqual({
    exporter: 'console',
    sampler: 'always_on',
    ratio: 0.5,
    serviceName: 'chat-picker',
  });
});

test.each<[Record<string, string>, string, string]>([
  [{ OTEL_TRACES_EXPORTER: 'zipkin' }, "OTEL_TRACES_EXPORTER 'zipkin' is unknown", 'use none, otlp or console'],
  [
    { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'often' },
    "OTEL_TRACES_SAMPLER 'often' is unknown",
    'use always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or parentbased_traceidratio',
  ],
  [
    { ...ENDPOINT, OTEL_TRACES_SAMPLER_ARG: '10%' },
    "OTEL_TRACES_SAMPLER_ARG '10%' is no part of all traces",
    'use a number from 0 to 1',
  ],
])('%j is refused', (env, what, fix) => {
  expect(readTraceSettings(env)).toMatchObject({ what, fix });
});
