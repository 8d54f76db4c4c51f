import { bodyMessage, headersMessage, trailersMessage } from '../../support/picker/ext-proc-messages';
import { ExchangeHarness } from '../../support/picker/exchange-harness';

const REQUEST = headersMessage('request', [
  [':path', '/v1/completions'],
  ['x-request-id', 'r-1'],
]);
const OVERWRITE = 2;

/** An exchange whose request was let go, with its answers taken away. */
function routed(): ExchangeHarness {
  const harness = new ExchangeHarness().receive(REQUEST, bodyMessage('request', '{}', true));
  harness.take();
  return harness;
}

describe('the request', () => {
  test('headers with a body to come are answered by nothing', () => {
    const harness = new ExchangeHarness().receive(REQUEST);

    expect(harness.answers).toEqual([]);
    expect(harness.director.calls).toEqual([]);
  });

  test('chunks before the last are answered by nothing', () => {
    const harness = new ExchangeHarness().receive(REQUEST, bodyMessage('request', 'abc'));

    expect(harness.answers).toEqual([]);
  });

  test('the last chunk is answered by headers and the whole body', () => {
    const harness = new ExchangeHarness().receive(
      REQUEST,
      bodyMessage('request', '{"a":'),
      bodyMessage('request', '1}', true),
    );

    expect(harness.answers).toEqual([
      {
        kind: 'request-headers',
        clearRouteCache: true,
        set: [
          ['x-gateway-destination-endpoint', '10.0.0.1:8000', OVERWRITE],
          ['content-length', '7', OVERWRITE],
        ],
        metadata: { 'envoy.lb': { 'x-gateway-destination-endpoint': '10.0.0.1:8000' } },
      },
      { kind: 'request-body', body: Buffer.from('{"a":1}'), endOfStream: true },
    ]);
  });

  test('the director gets the headers, the chunks, and when the first message came', () => {
    const harness = new ExchangeHarness().receive(
      REQUEST,
      bodyMessage('request', 'ab'),
      bodyMessage('request', 'c', true),
    );

    const [call] = harness.director.calls;
    expect(call?.head.headers.get('x-request-id')).toBe('r-1');
    expect(call?.head.receivedAt).toBe(1000);
    expect(call?.head.subset).toBeUndefined();
    expect(call?.bytes.toString()).toBe('abc');
    expect(call?.body?.bytes).toBe(3);
  });

  test('headers that end the request are directed without a body and answered by headers alone', () => {
    const harness = new ExchangeHarness().receive(
      headersMessage('request', [[':path', '/health']], { endOfStream: true }),
    );

    expect(harness.director.calls[0]?.body).toBeUndefined();
    expect(harness.answers).toEqual([
      expect.objectContaining({
        kind: 'request-headers',
        set: [['x-gateway-destination-endpoint', '10.0.0.1:8000', OVERWRITE]],
      }),
    ]);
  });

  test('an empty body is answered by one empty chunk that ends it, and gets no length', () => {
    const harness = new ExchangeHarness().receive(REQUEST, bodyMessage('request', '', true));

    expect(harness.director.calls[0]?.body).toEqual({ chunks: [], bytes: 0 });
    expect(harness.answers[0]?.set).toHaveLength(1);
    expect(harness.answers[1]).toEqual({ kind: 'request-body', body: Buffer.alloc(0), endOfStream: true });
  });

  test('trailers end the body and are answered after it; no chunk ends the stream then', () => {
    const harness = new ExchangeHarness().receive(
      REQUEST,
      bodyMessage('request', 'abc'),
      trailersMessage('request', [['x-checksum', '1']]),
    );

    expect(harness.answers.slice(1)).toEqual([
      { kind: 'request-body', body: Buffer.from('abc') },
      { kind: 'request-trailers' },
    ]);
  });

  test('a request with trailers gets a length only when its client gave one', () => {
    const without = new ExchangeHarness().receive(REQUEST, bodyMessage('request', 'abc'), trailersMessage('request'));
    const withLength = new ExchangeHarness().receive(
      headersMessage('request', [['content-length', '3']]),
      bodyMessage('request', 'abc'),
      trailersMessage('request'),
    );

    expect(without.answers[0]?.set?.map(([name]) => name)).toEqual(['x-gateway-destination-endpoint']);
    expect(withLength.answers[0]?.set?.map(([name]) => name)).toContain('content-length');
  });

  test('trailers without a body are directed without one and answered by no chunk', () => {
    const harness = new ExchangeHarness().receive(REQUEST, trailersMessage('request'));

    expect(harness.director.calls[0]?.body).toBeUndefined();
    expect(harness.kinds).toEqual(['request-headers', 'request-trailers']);
  });

  test('no trailers are sent when the client sent none', () => {
    const harness = new ExchangeHarness().receive(REQUEST, bodyMessage('request', 'abc', true));

    expect(harness.kinds).not.toContain('request-trailers');
  });

  test.each([
    [61_999, [61_999]],
    [62_000, [62_000]],
    [62_001, [62_000, 1]],
    [200_000, [62_000, 62_000, 62_000, 14_000]],
  ])('a body of %i bytes goes out in chunks of at most 62,000 bytes, the last of which ends it', (bytes, lengths) => {
    const harness = new ExchangeHarness().receive(REQUEST, bodyMessage('request', Buffer.alloc(bytes, 1), true));

    const chunks = harness.answers.slice(1);
    expect(chunks.map(({ body }) => body?.length)).toEqual(lengths);
    expect(chunks.map(({ endOfStream }) => endOfStream ?? false)).toEqual(
      lengths.map((_, i) => i === lengths.length - 1),
    );
  });

  test('the body of the verdict goes out, with its length', () => {
    const harness = new ExchangeHarness();
    const chunks = [Buffer.from('{"model":'), Buffer.from('"other"}')];
    harness.director.script = () => harness.director.route({ body: { chunks, bytes: 17 } });

    harness.receive(REQUEST, bodyMessage('request', '{"model":"x"}', true));

    expect(harness.bodyOf('request').toString()).toBe('{"model":"other"}');
    expect(harness.answers[0]?.set).toContainEqual(['content-length', '17', OVERWRITE]);
  });

  test('scores and headers of the verdict go out; headers to remove only where the client sent them', () => {
    const harness = new ExchangeHarness();
    harness.director.script = ({ body }) =>
      harness.director.route({
        body,
        scores: { '10.0.0.1:8000': 0.75, '[fd00::1]:8000': 0.5 },
        setHeaders: [
          ['x-prefiller-host-port', '10.0.0.2:8000'],
          ['x-empty', ''],
        ],
        removeHeaders: ['x-llm-d-inference-objective', 'x-gateway-inference-objective'],
      });

    harness.receive(
      headersMessage('request', [['X-LLM-D-Inference-Objective', 'chat']]),
      bodyMessage('request', 'a', true),
    );

    const [headers] = harness.answers;
    expect(headers?.set).toContainEqual(['x-prefiller-host-port', '10.0.0.2:8000', OVERWRITE]);
    expect(headers?.set).toContainEqual(['x-empty', '', OVERWRITE]);
    expect(headers?.remove).toEqual(['x-llm-d-inference-objective']);
    expect(headers?.metadata).toEqual({
      'envoy.lb': {
        'x-gateway-destination-endpoint': '10.0.0.1:8000',
        'x-gateway-destination-endpoint-scores': { '10.0.0.1:8000': 0.75, '[fd00::1]:8000': 0.5 },
      },
    });
  });

  test.each([
    [
      'request headers',
      [headersMessage('request', [], { metadata: subset(['a:1', 'b:2']) }), bodyMessage('request', '', true)],
    ],
    [
      'a chunk',
      [
        REQUEST,
        bodyMessage('request', 'x', false, { metadata: subset(['a:1', 'b:2']) }),
        bodyMessage('request', '', true),
      ],
    ],
    ['the last chunk', [REQUEST, bodyMessage('request', 'x', true, { metadata: subset('a:1, b:2') })]],
    ['trailers', [REQUEST, trailersMessage('request', [], { metadata: subset(['a:1', 'b:2']) })]],
  ])('a subset hint with %s reaches the director', (_, messages) => {
    const harness = new ExchangeHarness().receive(...messages);

    expect(harness.director.calls[0]?.head.subset).toEqual(['a:1', 'b:2']);
  });

  test('a gateway that takes no more gets the rest of the body once it does', () => {
    const harness = new ExchangeHarness();
    harness.isTaking = false;

    harness.receive(REQUEST, bodyMessage('request', Buffer.alloc(150_000), true));
    const first = harness.kinds.length;
    harness.exchange.drained();
    const second = harness.kinds.length;
    harness.isTaking = true;
    harness.exchange.drained();

    expect([first, second, harness.kinds.length]).toEqual([1, 2, 4]);
    expect(harness.budget.used).toBe(0);
  });
});

function subset(value: string | string[]): Record<string, Record<string, string | string[]>> {
  return { 'envoy.lb.subset_hint': { 'x-gateway-destination-endpoint-subset': value } };
}

describe('the response', () => {
  test('headers reach the watcher, with the endpoint that served, and are answered with what it sets', () => {
    const harness = routed();
    harness.director.watcher.setHeaders = [['x-inference-decision-id', 'd-1']];
    const metadata = { 'envoy.lb': { 'x-gateway-destination-endpoint-served': '10.0.0.2:8000' } };

    harness.receive(headersMessage('response', [[':status', '200']], { metadata }));

    expect(harness.director.watcher.headersSeen).toEqual(new Map([[':status', '200']]));
    expect(harness.director.watcher.served).toBe('10.0.0.2:8000');
    expect(harness.answers).toEqual([
      { kind: 'response-headers', set: [['x-inference-decision-id', 'd-1', OVERWRITE]] },
    ]);
  });

  test('every chunk is handed on at once, streamed or not', () => {
    const harness = routed().receive(headersMessage('response', [['content-type', 'application/json']]));
    harness.take();

    harness.receive(bodyMessage('response', 'one'));
    const first = harness.take();
    harness.receive(bodyMessage('response', 'two', true));

    expect(first).toEqual([{ kind: 'response-body', body: Buffer.from('one') }]);
    expect(harness.answers).toEqual([{ kind: 'response-body', body: Buffer.from('two'), endOfStream: true }]);
  });

  test('the client gets what the watcher returns, and nothing for a chunk that it holds back', () => {
    const harness = routed().receive(headersMessage('response', []));
    harness.take();
    harness.director.watcher.transform = (chunk, last) => Buffer.from(last ? 'all of it' : chunk.subarray(0, 0));

    harness.receive(bodyMessage('response', 'one'), bodyMessage('response', 'two', true));

    expect(harness.answers).toEqual([{ kind: 'response-body', body: Buffer.from('all of it'), endOfStream: true }]);
  });

  test('a large chunk is handed on in several of at most 62,000 bytes', () => {
    const harness = routed().receive(
      headersMessage('response', []),
      bodyMessage('response', Buffer.alloc(130_000), true),
    );

    const chunks = harness.answers.slice(1);
    expect(chunks.map(({ body }) => body?.length)).toEqual([62_000, 62_000, 6000]);
    expect(chunks.map(({ endOfStream }) => endOfStream)).toEqual([undefined, undefined, true]);
  });

  test('trailers end it: what the watcher still holds goes out before them', () => {
    const harness = routed().receive(headersMessage('response', []), bodyMessage('response', 'one'));
    harness.take();
    harness.director.watcher.transform = (chunk, last) => (last ? Buffer.from('rest') : chunk);

    harness.receive(trailersMessage('response', [['grpc-status', '0']]));

    expect(harness.answers).toEqual([
      { kind: 'response-body', body: Buffer.from('rest') },
      { kind: 'response-trailers' },
    ]);
    expect(harness.director.watcher.ends).toEqual(['completed']);
  });

  test.each([
    ['headers', [headersMessage('response', [], { endOfStream: true })]],
    ['a chunk', [headersMessage('response', []), bodyMessage('response', 'x', true)]],
    ['trailers', [headersMessage('response', []), trailersMessage('response')]],
  ])('the watcher hears once of an end by %s', (_, messages) => {
    const harness = routed().receive(...messages);
    harness.exchange.halfClosed();
    harness.exchange.cancelled();

    expect(harness.director.watcher.ends).toEqual(['completed']);
    expect(harness.closed).toEqual({ status: 0, message: '' });
  });

  test('an answer that comes before the request is out is handed on in between', () => {
    const harness = new ExchangeHarness();
    harness.isTaking = false;
    harness.receive(REQUEST, bodyMessage('request', Buffer.alloc(70_000), true));

    harness.receive(headersMessage('response', [[':status', '400']]));
    harness.isTaking = true;
    harness.exchange.drained();

    expect(harness.kinds).toEqual(['request-headers', 'response-headers', 'request-body', 'request-body']);
  });
});

describe('a gateway that only lets the picker watch', () => {
  test('is told at once that nobody watches', () => {
    const harness = new ExchangeHarness().receive(headersMessage('request', [], { observabilityMode: true }));

    expect(harness.closed).toEqual({ status: 0, message: '' });
    expect(harness.answers).toEqual([]);
  });
});
