import { headersToRemove, onlyIfCached, readControls, requestPath } from '../../../lib/picker/director/controls';

const read = (headers: Record<string, string>) => readControls(new Map(Object.entries(headers)));

describe('headers of both generations', () => {
  test.each([
    ['objective', 'x-llm-d-inference-objective', 'x-gateway-inference-objective'],
    ['fairnessId', 'x-llm-d-inference-fairness-id', 'x-gateway-inference-fairness-id'],
    ['model', 'x-llm-d-model-name-rewrite', 'x-gateway-model-name-rewrite'],
  ] as const)('%s is read from %s and %s, the first wins', (member, current, older) => {
    expect(read({ [current]: 'a' })[member]).toBe('a');
    expect(read({ [older]: 'b' })[member]).toBe('b');
    expect(read({ [older]: 'b', [current]: 'a' })[member]).toBe('a');
  });

  test.each([
    ['ttftMs', 'x-llm-d-slo-ttft-ms', 'x-slo-ttft-ms'],
    ['tpotMs', 'x-llm-d-slo-tpot-ms', 'x-slo-tpot-ms'],
  ] as const)('%s is read from %s and %s, the first wins', (member, current, older) => {
    expect(read({ [older]: '20' }).latency[member]).toBe(20);
    expect(read({ [older]: '20', [current]: '10.5' }).latency[member]).toBe(10.5);
  });

  test('an empty value is as good as none', () => {
    const headers = { 'x-llm-d-inference-objective': ' ', 'x-gateway-inference-objective': 'chat' };

    expect(read(headers).objective).toBe('chat');
  });

  test('without headers there is the default flow and nothing else', () => {
    expect(read({})).toEqual({
      objective: undefined,
      fairnessId: 'default-flow',
      model: undefined,
      latency: { ttftMs: undefined, tpotMs: undefined },
      ignored: [],
    });
  });
});

describe('values that make no sense', () => {
  test.each(['', '-1', '0', '1e3', 'NaN', '0x10', '100ms', '999999999', '1'.repeat(400)])(
    'a latency of %j is ignored',
    (value) => {
      expect(read({ 'x-slo-ttft-ms': value }).latency.ttftMs).toBeUndefined();
    },
  );

  test('an ignored latency is reported with name, value and way out', () => {
    expect(read({ 'x-slo-ttft-ms': '100ms' }).ignored).toEqual([
      {
        what: 'x-slo-ttft-ms is "100ms"',
        why: 'it is a number of milliseconds, more than 0 and at most 86400000',
        fix: 'send a decimal number such as 250, without a unit',
      },
    ]);
  });

  test('a fairness id that is too long is ignored and reported', () => {
    const controls = read({ 'x-llm-d-inference-fairness-id': 'x'.repeat(257) });

    expect(controls.fairnessId).toBe('default-flow');
    expect(controls.ignored).toEqual([
      {
        what: 'x-llm-d-inference-fairness-id has 257 characters',
        why: 'each fairness id in use is kept in memory, so they have at most 256',
        fix: 'send a shorter name of the tenant, such as a hash of it',
      },
    ]);
  });
});

describe('the path', () => {
  const path = (headers: Record<string, string>): string => requestPath(new Map(Object.entries(headers)));

  test('is the first of three headers', () => {
    expect(path({ ':path': '/a', 'x-original-path': '/b', 'x-forwarded-path': '/c' })).toBe('/a');
    expect(path({ 'x-original-path': '/b', 'x-forwarded-path': '/c' })).toBe('/b');
    expect(path({ 'x-forwarded-path': '/c' })).toBe('/c');
  });

  test('is that of completions where nobody names one', () => {
    expect(path({})).toBe('/v1/completions');
  });

  test('has no query', () => {
    expect(path({ ':path': '/v1/chat/completions?key=1' })).toBe('/v1/chat/completions');
  });
});

test('headers between client and picker, and peers that a client names, do not reach the server', () => {
  const headers = new Map(
    [
      'x-slo-ttft-ms',
      'x-llm-d-inference-objective',
      'x-gateway-destination-endpoint-subset',
      'x-prefiller-host-port',
      'content-type',
      'authorization',
    ].map((name) => [name, 'x']),
  );

  expect(headersToRemove(headers)).toEqual([
    'x-llm-d-inference-objective',
    'x-slo-ttft-ms',
    'x-gateway-destination-endpoint-subset',
    'x-prefiller-host-port',
  ]);
});

test.each([
  ['if-available', true],
  ['respond-async, If-Available;q=1', true],
  ['if-available-soon', false],
  ['', false],
])('Prefer: %s asks for a cached prompt only: %s', (prefer, expected) => {
  expect(onlyIfCached(new Map([['prefer', prefer]]))).toBe(expected);
});
