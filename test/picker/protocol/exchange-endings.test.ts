import type { RejectVerdict, Verdict } from '../../../lib/picker/director/types';
import { ByteBudget } from '../../../lib/picker/protocol/byte-budget';
import { bodyMessage, headersMessage, trailersMessage } from '../../support/picker/ext-proc-messages';
import { deferred } from '../../support/picker/fake-director';
import { ExchangeHarness, settled } from '../../support/picker/exchange-harness';

const REQUEST = headersMessage('request', [[':path', '/v1/completions']]);
const LAST = bodyMessage('request', '{}', true);
const RESPONSE = headersMessage('response', [[':status', '200']]);

const REJECTION: RejectVerdict = {
  kind: 'reject',
  status: 429,
  body: 'inference error: ResourceExhausted - the pool is full',
  headers: [['x-llm-d-request-dropped-reason', 'rejected-saturated']],
};

const EVICTION: RejectVerdict = {
  kind: 'reject',
  status: 429,
  body: 'request evicted by flow control',
  headers: [['x-llm-d-request-dropped-reason', 'evicted']],
};

/** An exchange whose director has not made up its mind. */
function waiting(): { harness: ExchangeHarness; decide: (verdict: Verdict) => Promise<void> } {
  const harness = new ExchangeHarness();
  const verdict = deferred<Verdict>();
  harness.director.script = () => verdict.promise;
  harness.receive(REQUEST, LAST);
  return {
    harness,
    decide: async (value) => {
      verdict.resolve(value);
      await settled();
    },
  };
}

describe('rejections', () => {
  test('answer the client at once and close the stream', () => {
    const harness = new ExchangeHarness();
    harness.director.script = () => REJECTION;

    harness.receive(REQUEST, LAST);

    expect(harness.answers).toEqual([
      {
        kind: 'immediate',
        status: 429,
        text: 'inference error: ResourceExhausted - the pool is full',
        set: [['x-llm-d-request-dropped-reason', 'rejected-saturated', 2]],
        details: 'endpoint_picker_rejected-saturated',
      },
    ]);
    expect(harness.closed).toEqual({ status: 0, message: '' });
    expect(harness.budget.used).toBe(0);
  });

  test('say the status where no reason was given', () => {
    const harness = new ExchangeHarness();
    harness.director.script = () => ({ kind: 'reject', status: 400, body: 'no', headers: [] });

    harness.receive(REQUEST, LAST);

    expect(harness.answers[0]).toEqual({ kind: 'immediate', status: 400, text: 'no', details: 'endpoint_picker_400' });
  });

  test('messages after one are ignored', () => {
    const harness = new ExchangeHarness();
    harness.director.script = () => REJECTION;

    harness.receive(REQUEST, LAST, RESPONSE, LAST, REQUEST);

    expect(harness.kinds).toEqual(['immediate']);
  });
});

describe('bodies beyond a limit', () => {
  test('are refused as soon as they exceed it, and let go', () => {
    const harness = new ExchangeHarness({ maxBodyBytes: 10 });

    harness.receive(REQUEST, bodyMessage('request', '0123456789'));
    const before = harness.kinds.length;
    harness.receive(bodyMessage('request', 'a'));

    expect(before).toBe(0);
    expect(harness.answers).toEqual([
      expect.objectContaining({
        kind: 'immediate',
        status: 413,
        text: 'inference error: PayloadTooLarge - the request body is longer than the limit of 10 bytes',
      }),
    ]);
    expect(harness.budget.used).toBe(0);
    expect(harness.closed?.status).toBe(0);
  });

  test('are refused by their announced length, before the first byte', () => {
    const harness = new ExchangeHarness({ maxBodyBytes: 10 }).receive(
      headersMessage('request', [['content-length', '11']]),
    );

    expect(harness.answers[0]?.status).toBe(413);
  });

  test('are refused when those of all streams together exceed their budget', () => {
    const budget = new ByteBudget(10);
    const first = new ExchangeHarness({ budget }).receive(REQUEST, bodyMessage('request', '12345678'));
    const second = new ExchangeHarness({ budget }).receive(REQUEST, bodyMessage('request', '12345678'));

    expect(first.answers).toEqual([]);
    expect(second.answers).toEqual([
      {
        kind: 'immediate',
        status: 429,
        text: 'inference error: ResourceExhausted - the endpoint picker holds request bodies of 8 bytes and takes at most 10; try again later',
        set: expect.arrayContaining([['x-llm-d-request-dropped-reason', 'rejected-saturated', 2]]) as unknown,
        details: 'endpoint_picker_rejected-saturated',
      },
    ]);
    first.exchange.cancelled();
    expect(budget.used).toBe(0);
  });

  test('free the budget once the gateway has taken them back', () => {
    const harness = new ExchangeHarness();
    harness.isTaking = false;

    harness.receive(REQUEST, bodyMessage('request', Buffer.alloc(1000), true));
    const held = harness.budget.used;
    harness.isTaking = true;
    harness.exchange.drained();

    expect([held, harness.budget.used]).toEqual([1000, 0]);
  });
});

describe('verdicts that take their time', () => {
  test('are acted on when they come', async () => {
    const { harness, decide } = waiting();

    await decide(harness.director.route({ body: { chunks: [Buffer.from('{}')], bytes: 2 } }));

    expect(harness.kinds).toEqual(['request-headers', 'request-body']);
  });

  test('a client that gives up fires the signal, and a late verdict is ended as aborted', async () => {
    const { harness, decide } = waiting();
    const signal = harness.director.calls[0]?.head.signal;

    harness.exchange.cancelled();
    await decide(harness.director.route());

    expect(signal?.aborted).toBe(true);
    expect(harness.answers).toEqual([]);
    expect(harness.director.watcher.ends).toEqual(['aborted']);
  });

  test('the signal is fired also for those who ask for it late', async () => {
    const { harness } = waiting();

    harness.exchange.halfClosed();
    await settled();

    expect(harness.director.calls[0]?.head.signal.aborted).toBe(true);
    expect(harness.closed?.status).toBe(0);
  });

  test('a late rejection is dropped', async () => {
    const { harness, decide } = waiting();

    harness.exchange.cancelled();
    await decide(REJECTION);

    expect(harness.answers).toEqual([]);
  });

  test('an answer of the gateway itself is handed on, and nobody waits any more', async () => {
    const { harness, decide } = waiting();

    harness.receive(headersMessage('response', [[':status', '504']]), bodyMessage('response', 'timeout', true));
    await decide(harness.director.route());

    expect(harness.kinds).toEqual(['response-headers', 'response-body']);
    expect(harness.director.calls[0]?.head.signal.aborted).toBe(true);
    expect(harness.director.watcher.ends).toEqual(['aborted']);
    expect(harness.budget.used).toBe(0);
  });

  test('request messages after an answer of the gateway itself are ignored', () => {
    const harness = new ExchangeHarness().receive(REQUEST, RESPONSE, LAST, trailersMessage('request'));

    expect(harness.kinds).toEqual(['response-headers']);
    expect(harness.closed).toBeUndefined();
  });

  test('an answer to a request that the picker never saw is handed on', () => {
    const harness = new ExchangeHarness().receive(RESPONSE, bodyMessage('response', 'denied', true));

    expect(harness.kinds).toEqual(['response-headers', 'response-body']);
  });
});

describe('evictions', () => {
  const running = (...more: readonly Uint8Array[]): ExchangeHarness => {
    const harness = new ExchangeHarness().receive(REQUEST, LAST, ...more);
    harness.take();
    return harness;
  };

  test.each([
    ['before the answer', []],
    ['in the middle of the answer', [RESPONSE, bodyMessage('response', 'x')]],
  ])('%s end the request with a 429', (_, messages) => {
    const harness = running(...messages);

    harness.director.watcher.onEvict?.(EVICTION);

    expect(harness.answers).toEqual([
      {
        kind: 'immediate',
        status: 429,
        text: 'request evicted by flow control',
        set: [['x-llm-d-request-dropped-reason', 'evicted', 2]],
        details: 'endpoint_picker_evicted',
      },
    ]);
    expect(harness.director.watcher.ends).toEqual(['aborted']);
    expect(harness.closed?.status).toBe(0);
  });

  test('after the answer do nothing', () => {
    const harness = new ExchangeHarness().receive(REQUEST, LAST);
    const evict = harness.director.watcher.onEvict;
    harness.receive(RESPONSE, bodyMessage('response', 'x', true));
    harness.take();

    evict?.(EVICTION);

    expect(harness.answers).toEqual([]);
    expect(harness.director.watcher.ends).toEqual(['completed']);
  });

  test('twice end it once', () => {
    const harness = running();
    const evict = harness.director.watcher.onEvict;

    evict?.(EVICTION);
    evict?.(EVICTION);

    expect(harness.kinds).toEqual(['immediate']);
  });
});

describe('gateways that do not keep to the protocol', () => {
  const INVALID = 3;

  test.each([
    ['request headers came twice', [REQUEST, REQUEST]],
    ['request body came before request headers', [LAST]],
    ['request trailers came before request headers', [trailersMessage('request')]],
    ['request body came after the end of the request', [REQUEST, LAST, LAST]],
    ['request trailers came after the end of the request', [REQUEST, LAST, trailersMessage('request')]],
    ['response body came before response headers', [REQUEST, LAST, bodyMessage('response', '')]],
    ['response trailers came before response headers', [REQUEST, LAST, trailersMessage('response')]],
    ['response headers came twice', [REQUEST, LAST, RESPONSE, RESPONSE]],
    [
      'response body came after the end of the response',
      [REQUEST, LAST, RESPONSE, bodyMessage('response', '', true), bodyMessage('response', '')],
    ],
    [
      'response trailers came after the end of the response',
      [REQUEST, LAST, RESPONSE, bodyMessage('response', '', true), trailersMessage('response')],
    ],
  ])('are told: %s', (message, messages) => {
    const harness = new ExchangeHarness().receive(...messages);

    expect(harness.closed).toEqual({ status: INVALID, message });
    expect(harness.faults).toEqual([]);
  });

  test('a call that was routed ends as failed', () => {
    const harness = new ExchangeHarness().receive(REQUEST, LAST, LAST);

    expect(harness.director.watcher.ends).toEqual(['failed']);
  });

  test('messages of a kind that is not known are ignored', () => {
    const harness = new ExchangeHarness().receive(new Uint8Array(0), REQUEST, new Uint8Array(0), LAST);

    expect(harness.kinds).toEqual(['request-headers', 'request-body']);
  });

  test.each([
    [{ requestBodyMode: 2, responseBodyMode: 4 }, 'request_body_mode is BUFFERED'],
    [{ requestBodyMode: 4, responseBodyMode: 1 }, 'response_body_mode is STREAMED'],
    [{ requestBodyMode: 3, responseBodyMode: 0 }, 'request_body_mode is BUFFERED_PARTIAL'],
  ])('bodies handed over in another mode are refused: %j', (protocol, what) => {
    const harness = new ExchangeHarness().receive(headersMessage('request', [], { protocol }));

    expect(harness.closed).toEqual({
      status: 9,
      message: `${what}; the endpoint picker needs FULL_DUPLEX_STREAMED: set it in the processing_mode of ext_proc`,
    });
  });

  test.each([4, 0, 77])('a body mode of %i is taken', (mode) => {
    const protocol = { requestBodyMode: mode, responseBodyMode: mode };
    const harness = new ExchangeHarness().receive(headersMessage('request', [], { protocol }));

    expect(harness.closed).toBeUndefined();
  });
});

describe('the end of the stream', () => {
  const STATES: readonly (readonly [string, readonly Uint8Array[], readonly string[]])[] = [
    ['before anything', [], []],
    ['after the headers', [REQUEST], []],
    ['in the body', [REQUEST, bodyMessage('request', 'x')], []],
    ['after the verdict', [REQUEST, LAST], ['aborted']],
    ['after response headers', [REQUEST, LAST, RESPONSE], ['aborted']],
    ['in the response', [REQUEST, LAST, RESPONSE, bodyMessage('response', 'x')], ['aborted']],
    ['after the response', [REQUEST, LAST, RESPONSE, bodyMessage('response', 'x', true)], ['completed']],
  ];

  test.each(STATES)('%s lets go of everything, whether broken off or half-closed', (_, messages, ends) => {
    for (const how of ['cancelled', 'halfClosed'] as const) {
      const harness = new ExchangeHarness().receive(...messages);

      harness.exchange[how]();
      harness.exchange.cancelled();
      harness.exchange.halfClosed();

      expect(harness.director.watchers.flatMap((watcher) => watcher.ends)).toEqual(ends);
      expect(harness.budget.used).toBe(0);
      expect(harness.closed).toEqual(how === 'halfClosed' ? { status: 0, message: '' } : undefined);
    }
  });

  test('in the middle of the body that goes out lets go of it', () => {
    const harness = new ExchangeHarness();
    harness.isTaking = false;
    harness.receive(REQUEST, bodyMessage('request', Buffer.alloc(150_000), true));

    harness.exchange.cancelled();
    harness.exchange.drained();

    expect(harness.kinds).toEqual(['request-headers']);
    expect(harness.budget.used).toBe(0);
    expect(harness.director.watcher.ends).toEqual(['aborted']);
  });
});

describe('faults of the picker itself', () => {
  const FAILED = { status: 13, message: 'the endpoint picker failed; its log says why' };

  test('a director that throws ends the stream with an error', () => {
    const harness = new ExchangeHarness();
    const fault = new Error('broken');
    harness.director.script = () => {
      throw fault;
    };

    harness.receive(REQUEST, LAST);

    expect(harness.closed).toEqual(FAILED);
    expect(harness.faults).toEqual([fault]);
  });

  test('a director that rejects does too', async () => {
    const harness = new ExchangeHarness();
    harness.director.script = () => Promise.reject(new Error('broken'));

    harness.receive(REQUEST, LAST);
    await settled();

    expect(harness.closed).toEqual(FAILED);
  });

  test('a watcher that throws fails the call, and is told of its end', () => {
    const harness = new ExchangeHarness().receive(REQUEST, LAST, RESPONSE);
    harness.director.watcher.transform = () => {
      throw new Error('broken');
    };

    harness.receive(bodyMessage('response', 'x'));

    expect(harness.closed).toEqual(FAILED);
    expect(harness.director.watcher.ends).toEqual(['failed']);
  });

  test('a watcher that throws at the end harms nobody', () => {
    const harness = new ExchangeHarness().receive(REQUEST, LAST);
    harness.director.watcher.end = () => {
      throw new Error('broken');
    };

    harness.exchange.halfClosed();

    expect(harness.closed?.status).toBe(0);
    expect(harness.faults).toHaveLength(1);
  });
});
