import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { startTracing } from '../../../lib/picker/io/tracing';
import { otelTracing } from '../../../lib/picker/io/tracing-otel';
import type { Call } from '../../../lib/picker/scheduling/call';
import type { TraceSettings } from '../../../lib/picker/telemetry/trace-settings';
import type { Tracing } from '../../../lib/picker/telemetry/tracing';
import { endpoint, fakeClock, request } from '../../support/picker/builders';

const SETTINGS: TraceSettings = { exporter: 'otlp', sampler: 'parentbased_always_on', ratio: 1, serviceName: 'picker' };
const PARENT = { id: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
const WALL = fakeClock().wallTime();

function traced(settings: Partial<TraceSettings> = {}): { tracing: Tracing; spans: () => readonly ReadableSpan[] } {
  const exporter = new InMemorySpanExporter();
  const processor = new SimpleSpanProcessor(exporter);
  const tracing = otelTracing({ settings: { ...SETTINGS, ...settings }, clock: fakeClock(100), processor });
  return { tracing, spans: () => exporter.getFinishedSpans() };
}

function call(given: Partial<Call> = {}, headers: Readonly<Record<string, string>> = {}): Call {
  const target = { profile: 'default', endpoint: endpoint(), matchedBlocks: 2, uncachedTokens: 30 };
  return {
    request: request({ id: 'r1', receivedAt: 90, headers: new Map(Object.entries(headers)) }),
    decisionId: 'd1',
    primary: target,
    targets: [target],
    routedAt: 98,
    firstTokenAt: 150,
    finishedAt: 400,
    outcome: 'completed',
    status: 200,
    usage: { promptTokens: 10, outputTokens: 5, cachedTokens: undefined },
    streamedEvents: 0,
    ...given,
  };
}

const ms = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6 - WALL;

test('a request is a span, its way to an endpoint one in it, and the decision one in that', () => {
  const { tracing, spans } = traced();
  const one = call();
  tracing.traceHeaders(one);
  tracing.requests.finished(one);

  const [way, decision, whole] = spans();
  expect(spans().map(({ name, startTime, endTime }) => [name, ms(startTime), ms(endTime)])).toEqual(
    [
      ['gateway.request_orchestration', 90, 100],
      ['run_scheduler_profile', 98, 100],
      ['gateway.request', 90, 400],
    ].map(([name, from, to]) => [name, expect.closeTo(Number(from), 3), expect.closeTo(Number(to), 3)]),
  );
  expect(decision?.parentSpanId).toBe(way?.spanContext().spanId);
  expect(way?.parentSpanId).toBe(whole?.spanContext().spanId);
  expect(whole?.resource.attributes['service.name']).toBe('picker');
  expect(whole?.attributes).toMatchObject({
    'gen_ai.request.id': 'r1',
    'gen_ai.request.model': 'llama',
    'llm_d.epp.decision_id': 'd1',
    'llm_d.epp.endpoint': 'pod-0-rank-0',
    'gen_ai.usage.output_tokens': 5,
  });
  expect(whole?.events.map(({ name, time }) => [name, Math.round(ms(time))])).toEqual([['first_token', 150]]);
});

test("the client's trace goes on, and the server's part hangs on ours", () => {
  const { tracing, spans } = traced();
  const one = call({}, { traceparent: `00-${PARENT.id}-${PARENT.span}-01` });
  const headers = tracing.traceHeaders(one);
  tracing.requests.finished(one);

  const whole = spans().at(-1);
  expect(whole?.parentSpanId).toBe(PARENT.span);
  expect(headers).toEqual([['traceparent', `00-${PARENT.id}-${whole?.spanContext().spanId ?? ''}-01`]]);
});

test.each([
  ['the client does not want a trace', {}, { traceparent: `00-${PARENT.id}-${PARENT.span}-00` }],
  ['none is sampled', { sampler: 'always_off' }, {}],
  ['the part is nothing', { sampler: 'traceidratio', ratio: 0 }, {}],
] as const)('no header is set when %s', (_, settings, headers) => {
  const { tracing, spans } = traced(settings);
  const one = call({}, headers);

  expect(tracing.traceHeaders(one)).toEqual([]);
  tracing.requests.finished(one);
  expect(spans()).toEqual([]);
});

test.each(['server-error', 'evicted', 'picker-error'] as const)('a request that ends by %s is an error', (outcome) => {
  const { tracing, spans } = traced();
  const one = call({ outcome });
  tracing.traceHeaders(one);
  tracing.requests.finished(one);

  expect(spans().at(-1)?.status).toEqual({ code: 2, message: outcome });
});

test('a rejected request is a span by itself', () => {
  const { tracing, spans } = traced();
  tracing.requests.rejected({ request: call().request, code: 'ResourceExhausted' });
  tracing.requests.rejected({ request: undefined, code: 'BadRequest' });

  expect(spans().map(({ name, status }) => [name, status])).toEqual([
    ['gateway.request', { code: 2, message: 'ResourceExhausted' }],
  ]);
  expect(spans()[0]?.attributes['error.type']).toBe('ResourceExhausted');
});

test('spans arrive at a collector over gRPC', async () => {
  const received: { path: string; body: Buffer }[] = [];
  const server = createServer();
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      received.push({ path: String(headers[':path']), body: Buffer.concat(chunks) });
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => {
        stream.sendTrailers({ 'grpc-status': '0' });
      });
      stream.end(Buffer.from([0, 0, 0, 0, 0]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const tracing = await startTracing(SETTINGS, fakeClock(100));
    const one = call();
    tracing.traceHeaders(one);
    tracing.requests.finished(one);
    await tracing.close();
  } finally {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    server.close();
  }

  expect(received.map(({ path }) => path)).toEqual(['/opentelemetry.proto.collector.trace.v1.TraceService/Export']);
  expect(received[0]?.body.toString('latin1')).toContain('gateway.request_orchestration');
});
