import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { envDetectorSync, type IResource, Resource } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Call } from '../scheduling/call';
import type { InferenceRequest } from '../scheduling/request';
import type { TraceSettings } from '../telemetry/trace-settings';
import type { Tracing } from '../telemetry/tracing';
import type { Clock } from '../time';

/** What traces are made with. */
export interface OtelTracingOptions {
  readonly settings: TraceSettings;
  readonly clock: Clock;
  readonly processor: SpanProcessor;
}

const TRACER = 'gke-inference-gateway';
/** Outcomes after which a trace says that there was an error. */
const ERRORS: ReadonlySet<string> = new Set(['server-error', 'picker-error', 'evicted']);

type Header = readonly [name: string, value: string];

const FROM_HEADERS: TextMapGetter<ReadonlyMap<string, string>> = {
  get: (headers, name) => headers.get(name),
  keys: (headers) => [...headers.keys()],
};

const TO_LIST: TextMapSetter<Header[]> = {
  set: (list, name, value) => {
    list.push([name, value]);
  },
};

/** Sends spans in batches to where the settings say. */
export function exporterOf({ exporter }: TraceSettings): SpanProcessor {
  return new BatchSpanProcessor(exporter === 'otlp' ? new OTLPTraceExporter() : new ConsoleSpanExporter());
}

/**
 * Traces as the Go picker names them: `gateway.request` from the first message to the end of the answer, in it
 * `gateway.request_orchestration` until the request was routed, and in that `run_scheduler_profile` for the decision.
 * Spans get their times afterwards, so that the way of a request has no trace of tracing.
 */
export function otelTracing({ settings, clock, processor }: OtelTracingOptions): Tracing {
  const provider = new BasicTracerProvider({
    resource: resourceOf(settings),
    sampler: samplerOf(settings),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer(TRACER);
  const propagator = new W3CTraceContextPropagator();
  const open = new WeakMap<Call, Span>();
  const wall = (time: number): number => clock.wallTime() - (clock.now() - time);

  function rootSpan(request: InferenceRequest): Span {
    const parent = propagator.extract(ROOT_CONTEXT, request.headers, FROM_HEADERS);
    const options = { kind: SpanKind.SERVER, startTime: wall(request.receivedAt), attributes: attributesOf(request) };
    return tracer.startSpan('gateway.request', options, parent);
  }

  function childSpan(name: string, parent: Span, from: number, to: number, attributes: Attributes = {}): Span {
    const span = tracer.startSpan(name, { startTime: wall(from), attributes }, trace.setSpan(ROOT_CONTEXT, parent));
    span.end(wall(to));
    return span;
  }

  return {
    traceHeaders(call) {
      const span = rootSpan(call.request);
      // The client's own header goes on to the server as it came.
      if (!span.isRecording()) return [];
      open.set(call, span);
      const now = clock.now();
      const orchestration = childSpan('gateway.request_orchestration', span, call.request.receivedAt, now);
      childSpan('run_scheduler_profile', orchestration, call.routedAt, now, decisionAttributes(call));
      const headers: Header[] = [];
      propagator.inject(trace.setSpan(ROOT_CONTEXT, span), headers, TO_LIST);
      return headers;
    },
    requests: {
      rejected({ request, code }) {
        if (request === undefined) return;
        const span = rootSpan(request);
        span.setAttribute('error.type', code);
        span.setStatus({ code: SpanStatusCode.ERROR, message: code });
        span.end(wall(clock.now()));
      },
      routed: () => undefined,
      finished(call) {
        const span = open.get(call);
        if (span === undefined) return;
        open.delete(call);
        if (call.firstTokenAt !== undefined) span.addEvent('first_token', wall(call.firstTokenAt));
        span.setAttributes(answerAttributes(call));
        const outcome = call.outcome ?? 'picker-error';
        if (ERRORS.has(outcome)) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
        span.end(wall(call.finishedAt ?? clock.now()));
      },
      rewritten: () => undefined,
      fault: () => undefined,
    },
    close: () => provider.shutdown(),
  };
}

/** What the environment says of this process, and the name of the service. */
function resourceOf({ serviceName }: TraceSettings): IResource {
  const given = new Resource(envDetectorSync.detect().attributes);
  return Resource.default()
    .merge(given)
    .merge(new Resource({ 'service.name': serviceName }));
}

function samplerOf({ sampler, ratio }: TraceSettings): Sampler {
  const root = rootSamplerOf(sampler, ratio);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function rootSamplerOf(sampler: TraceSettings['sampler'], ratio: number): Sampler {
  if (sampler.endsWith('always_on')) return new AlwaysOnSampler();
  if (sampler.endsWith('always_off')) return new AlwaysOffSampler();
  return new TraceIdRatioBasedSampler(ratio);
}

function attributesOf({ id, model, incomingModel, priority, fairnessId, streaming }: InferenceRequest): Attributes {
  return {
    'gen_ai.request.id': id,
    'gen_ai.request.model': incomingModel,
    'llm_d.epp.target_model': model,
    'llm_d.epp.priority': priority,
    'llm_d.epp.fairness_id': fairnessId,
    'llm_d.epp.streaming': streaming,
  };
}

function decisionAttributes({ decisionId, primary }: Call): Attributes {
  return {
    'llm_d.epp.decision_id': decisionId,
    'llm_d.epp.profile': primary.profile,
    'llm_d.epp.endpoint': primary.endpoint.id,
    'llm_d.epp.matched_blocks': primary.matchedBlocks,
    'llm_d.epp.uncached_tokens': primary.uncachedTokens,
  };
}

/** Attributes without a value are left out by the SDK. */
function answerAttributes({ decisionId, primary, outcome, status, usage }: Call): Attributes {
  return {
    'llm_d.epp.decision_id': decisionId,
    'llm_d.epp.endpoint': primary.endpoint.id,
    'llm_d.epp.outcome': outcome,
    'http.response.status_code': status,
    'gen_ai.usage.input_tokens': usage?.promptTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
  };
}
