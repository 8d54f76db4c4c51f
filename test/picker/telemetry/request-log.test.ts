import type { Call } from '../../../lib/picker/scheduling/call';
import { allObservers } from '../../../lib/picker/telemetry/all-observers';
import { clipped, errorFields, type Log, type LogFields } from '../../../lib/picker/telemetry/log';
import { RequestLog } from '../../../lib/picker/telemetry/request-log';
import { NO_TELEMETRY, type RequestObserver } from '../../../lib/picker/telemetry/telemetry';
import { endpoint, type FakeClock, fakeClock, request } from '../../support/picker/builders';

type Line = readonly [level: string, message: string, fields: LogFields | undefined];

function requestLog(requests = true): { at: RequestLog; lines: Line[]; clock: FakeClock } {
  const lines: Line[] = [];
  const clock = fakeClock(1000);
  const write =
    (level: string): Log['info'] =>
    (message, fields) =>
      void lines.push([level, message, fields]);
  const log = { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
  return { at: new RequestLog({ log, clock, requests }), lines, clock };
}

const target = { profile: 'default', endpoint: endpoint(), matchedBlocks: 2, uncachedTokens: 30 };
const CALL: Call = {
  request: request({ id: 'r1', incomingModel: 'chat', model: 'llama', fairnessId: 'alice', receivedAt: 900 }),
  decisionId: 'd1',
  primary: target,
  targets: [target],
  routedAt: 901.234,
  firstTokenAt: 950,
  finishedAt: 2000,
  outcome: 'completed',
  status: 200,
  usage: { promptTokens: 10, outputTokens: 5, cachedTokens: undefined },
  streamedEvents: 5,
};

test('a request has one line, at its end, with both ids', () => {
  const { at, lines } = requestLog();
  at.finished(CALL);

  expect(lines).toEqual([
    [
      'info',
      'request finished',
      {
        request_id: 'r1',
        decision_id: 'd1',
        model: 'chat',
        target_model: 'llama',
        priority: 0,
        fairness_id: 'alice',
        endpoint: 'pod-0-rank-0',
        outcome: 'completed',
        status: 200,
        routed_ms: 1.23,
        first_token_ms: 50,
        duration_ms: 1100,
        prompt_tokens: 10,
        cached_tokens: undefined,
        output_tokens: 5,
      },
    ],
  ]);
});

test('a rejected one says its code, understood or not', () => {
  const { at, lines } = requestLog();
  at.rejected({ request: CALL.request, code: 'ResourceExhausted' });
  at.rejected({ request: undefined, code: 'BadRequest' });

  expect(lines).toMatchObject([
    ['info', 'request rejected', { request_id: 'r1', code: 'ResourceExhausted', duration_ms: 100 }],
    ['info', 'request rejected', { code: 'BadRequest' }],
  ]);
});

test('below verbosity 2 requests have no lines, faults do', () => {
  const { at, lines } = requestLog(false);
  at.finished(CALL);
  at.rejected({ request: undefined, code: 'BadRequest' });
  at.fault('director', new Error('broken'));

  expect(lines).toMatchObject([['error', 'director failed', { where: 'director', error: 'broken' }]]);
});

test('routing and rewriting are for debugging', () => {
  const { at, lines } = requestLog();
  at.routed(CALL);
  at.rewritten('canary', 'chat', 'llama');

  expect(lines).toMatchObject([
    ['debug', 'request routed', { request_id: 'r1', decision_id: 'd1', matched_blocks: 2, uncached_tokens: 30 }],
    ['debug', 'model rewritten', { rule: 'canary', model: 'chat', target_model: 'llama' }],
  ]);
});

test('a fault that comes with every request does not flood the log', () => {
  const { at, lines, clock } = requestLog();
  for (let i = 0; i < 500; i += 1) at.fault('plugin mine', new Error(`${i}`));
  at.fault('director', new Error('other'));
  clock.advance(1000);
  at.fault('plugin mine', new Error('again'));

  expect(lines.map(([, message, fields]) => [message, fields?.['suppressed']])).toEqual([
    ['plugin mine failed', undefined],
    ['director failed', undefined],
    ['plugin mine failed', 499],
  ]);
});

test('the text of clients is cut', () => {
  const { at, lines } = requestLog();
  at.finished({ ...CALL, request: request({ id: 'x'.repeat(5000) }) });

  expect(String(lines[0]?.[2]?.['request_id'])).toHaveLength(201);
  expect(clipped('short')).toBe('short');
});

test('errors that quote what they could not read say only their name', () => {
  const parse = (): unknown => JSON.parse('{"prompt": my diary}');
  let thrown: unknown;
  try {
    parse();
  } catch (error) {
    thrown = error;
  }

  expect(errorFields(thrown)).toEqual({ error: 'SyntaxError' });
  expect(errorFields('text')).toEqual({ error: 'text' });
});

describe('several observers', () => {
  test('hear everything, in order', () => {
    const heard: string[] = [];
    const observer = (name: string): RequestObserver => ({
      rejected: () => heard.push(`${name} rejected`),
      routed: () => heard.push(`${name} routed`),
      finished: () => heard.push(`${name} finished`),
      rewritten: () => heard.push(`${name} rewritten`),
      fault: () => heard.push(`${name} fault`),
    });
    const all = allObservers([observer('a'), observer('b')]);
    all.rejected({ request: undefined, code: 'x' });
    all.routed(CALL, {} as never);
    all.finished(CALL);
    all.rewritten('r', 'a', 'b');
    all.fault('w', 1);

    expect(heard).toEqual(
      ['rejected', 'routed', 'finished', 'rewritten', 'fault'].flatMap((what) => [`a ${what}`, `b ${what}`]),
    );
  });

  test('hear it even when one fails, whose error is thrown after', () => {
    const heard: string[] = [];
    const broken: RequestObserver = {
      ...NO_TELEMETRY.requests,
      finished: () => {
        throw new Error('broken');
      },
    };
    const all = allObservers([broken, { ...NO_TELEMETRY.requests, finished: () => heard.push('b') }]);

    expect(() => {
      all.finished(CALL);
    }).toThrow('broken');
    expect(heard).toEqual(['b']);
  });
});
