import { SESSION_AFFINITY } from '../../../../lib/picker/scheduling/scorers/session-affinity';
import { type SessionAffinityScorer } from '../../../../lib/picker/scheduling/scorers/session-affinity';
import { endpoints, request, schedulingContext } from '../../../support/picker/builders';
import { call, target } from '../../../support/picker/calls';
import { make, scoresOf } from '../../../support/picker/scoring';

const candidates = endpoints(3);
const [first, second] = candidates;

const scorer = (parameters = {}): SessionAffinityScorer => make(SESSION_AFFINITY, parameters).plugin as never;

const withHeader = (name: string, value: string, now = 0) =>
  schedulingContext({ now, request: request({ headers: new Map([[name, value]]) }) });

describe('by a token of the endpoint', () => {
  // base64 of inference/pod-1-rank-0
  const TOKEN = Buffer.from('inference/pod-1-rank-0').toString('base64');

  test('tells the client its endpoint', () => {
    expect(scorer().answerHeaders(call({ endpoint: second! }))).toEqual([['x-session-token', TOKEN]]);
  });

  test.each(['a', 'ab', 'abc', 'pod-12-rank-3'])('writes base64 for the name %s', (id) => {
    const [[, token]] = scorer().answerHeaders(call({ endpoint: endpoints([{ id }])[0]! })) as [[string, string]];

    expect(Buffer.from(token, 'base64').toString()).toBe(`inference/${id}`);
    expect(token).toBe(Buffer.from(`inference/${id}`).toString('base64'));
  });

  test('prefers the endpoint of the token', () => {
    expect(scoresOf(scorer(), candidates, withHeader('x-session-token', TOKEN))).toEqual([0, 1, 0]);
  });

  test.each(['', '%%%', 'YWJj', Buffer.from('other/pod-1-rank-0').toString('base64')])(
    'has no say with the token %j',
    (token) => {
      expect(scoresOf(scorer(), candidates, withHeader('x-session-token', token))).toEqual([0, 0, 0]);
    },
  );

  test('uses the header of its parameters', () => {
    const own = scorer({ encodedEndpointHeaderConfig: { header: 'X-Mine' } });

    expect(scoresOf(own, candidates, withHeader('x-mine', TOKEN))).toEqual([0, 1, 0]);
  });

  test('can remember the endpoint of another profile', () => {
    const { plugin } = make(SESSION_AFFINITY, { profileName: 'prefill' }, { profiles: ['decode', 'prefill'] });
    const primary = target({ profile: 'decode', endpoint: first! });
    const targets = [primary, target({ profile: 'prefill', endpoint: second! })];

    expect(plugin.answerHeaders?.(call({ primary, targets }))).toEqual([['x-session-token', TOKEN]]);
    expect(plugin.answerHeaders?.(call({ primary }))).toEqual([]);
  });
});

describe('by the name of the session', () => {
  const BY_ID = { strategy: 'session_id' };
  const routed = (session: string) =>
    call({ endpoint: second!, request: request({ headers: new Map([['x-session-id', session]]) }) });

  test('prefers the endpoint of the last request', () => {
    const sticky = scorer(BY_ID);
    sticky.routed(routed('s1'), 0);

    expect(scoresOf(sticky, candidates, withHeader('x-session-id', 's1'))).toEqual([0, 1, 0]);
    expect(scoresOf(sticky, candidates, withHeader('x-session-id', 's2'))).toEqual([0, 0, 0]);
    expect(sticky.answerHeaders(routed('s1'))).toEqual([]);
  });

  test('forgets after five minutes without a request', () => {
    const sticky = scorer(BY_ID);
    sticky.routed(routed('s1'), 0);

    expect(scoresOf(sticky, candidates, withHeader('x-session-id', 's1', 300_000))).toEqual([0, 1, 0]);
    expect(scoresOf(sticky, candidates, withHeader('x-session-id', 's1', 300_001))).toEqual([0, 0, 0]);
  });

  test('forgets an endpoint that is gone', () => {
    const sticky = scorer(BY_ID);
    sticky.routed(routed('s1'), 0);
    sticky.endpointRemoved(second!);

    expect(scoresOf(sticky, candidates, withHeader('x-session-id', 's1'))).toEqual([0, 0, 0]);
  });

  test('keeps no name that fills the memory', () => {
    const sticky = scorer(BY_ID);
    for (const length of [256, 257]) sticky.routed(routed('s'.repeat(length)), 0);
    const score = (length: number) => scoresOf(sticky, candidates, withHeader('x-session-id', 's'.repeat(length)));

    expect([score(256), score(257)]).toEqual([
      [0, 1, 0],
      [0, 0, 0],
    ]);
  });

  test('scores the same from its record', () => {
    const sticky = scorer(BY_ID);
    sticky.routed(routed('s1'), 0);
    const context = withHeader('x-session-id', 's1');
    const replay = scorer(BY_ID);
    replay.restore(sticky.capture(context, candidates));

    expect(scoresOf(replay, candidates, context)).toEqual([0, 1, 0]);
  });

  test('takes headers alone for the name', () => {
    const parameters = { ...BY_ID, sessionIdConfig: { sources: [{ attribute: 'agent' }, { heder: 'x' }] } };

    expect(make(SESSION_AFFINITY, parameters).problems).toEqual([
      'sessionIdConfig.sources[0].attribute of plugin \'session-affinity-scorer\' is "agent": ' +
        'this picker has no plugin that makes such attributes; name a header instead',
      "plugin 'session-affinity-scorer' has no parameter 'sessionIdConfig.sources[1].heder': " +
        'the picker refuses to start with a parameter it does not know; did you mean header?',
    ]);
  });
});
