import { type Call } from '../../../../lib/picker/scheduling/call';
import { type Endpoint } from '../../../../lib/picker/scheduling/endpoint';
import { NoHitLruScorer } from '../../../../lib/picker/scheduling/scorers/no-hit-lru';
import { type InferenceRequest } from '../../../../lib/picker/scheduling/request';
import { endpoints, request, schedulingContext } from '../../../support/picker/builders';
import { call } from '../../../support/picker/calls';
import { scoresOf } from '../../../support/picker/scoring';

const candidates = endpoints(4);

/** Decides on a request that no endpoint knows and routes it. */
function routeCold(scorer: NoHitLruScorer, endpoint: Endpoint, of: InferenceRequest = request()): Call {
  scoresOf(scorer, candidates, schedulingContext({ request: of }));
  const routed = call({ request: of, endpoint });
  scorer.routed(routed);
  return routed;
}

test('has no say when some endpoint has the head of the prompt', () => {
  const scorer = new NoHitLruScorer('lru', 8);

  expect(scoresOf(scorer, candidates, schedulingContext({ matched: [0, 1] }))).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test('gives endpoints without a cold request their rank', () => {
  expect(scoresOf(new NoHitLruScorer('lru', 8), candidates)).toEqual([1, 1 - 1 / 3, 1 - 2 / 3, 0]);
});

test('puts used endpoints last, the one used longest ago first', () => {
  const scorer = new NoHitLruScorer('lru', 8);
  for (const slot of [2, 0]) routeCold(scorer, candidates[slot]!);

  // Unused: 1, 3; used: 2, then 0.
  expect(scoresOf(scorer, candidates)).toEqual([0, 1, 1 - 2 / 3, 1 - 1 / 3]);
});

test('gives the only endpoint 1', () => {
  expect(scoresOf(new NoHitLruScorer('lru', 8), candidates.slice(0, 1))).toEqual([1]);
});

test('does not count requests that some endpoint knew', () => {
  const scorer = new NoHitLruScorer('lru', 8);
  const warm = request();
  scoresOf(scorer, candidates, schedulingContext({ request: warm, matched: [1] }));
  scorer.routed(call({ request: warm, endpoint: candidates[0]! }));

  expect(scoresOf(scorer, candidates)[0]).toBe(1);
});

test('forgets the oldest endpoint beyond its size', () => {
  const scorer = new NoHitLruScorer('lru', 1);
  routeCold(scorer, candidates[0]!);
  routeCold(scorer, candidates[1]!);

  expect(scoresOf(scorer, candidates)).toEqual([1, 0, 1 - 1 / 3, 1 - 2 / 3]);
});

test('forgets an endpoint that is gone', () => {
  const scorer = new NoHitLruScorer('lru', 8);
  routeCold(scorer, candidates[0]!);
  scorer.endpointRemoved(candidates[0]!);

  expect(scoresOf(scorer, candidates)[0]).toBe(1);
});

test('counts the endpoint that served in the end', () => {
  const scorer = new NoHitLruScorer('lru', 8);
  const of = request();
  scoresOf(scorer, candidates, schedulingContext({ request: of }));
  scorer.moved(call({ request: of, endpoint: candidates[3]! }));

  expect(scoresOf(scorer, candidates)[3]).toBe(0);
});

test('scores the same from its record', () => {
  const scorer = new NoHitLruScorer('lru', 8);
  for (const slot of [2, 0]) routeCold(scorer, candidates[slot]!);
  const replay = new NoHitLruScorer('lru', 8);
  replay.restore(scorer.capture(schedulingContext(), candidates));

  expect(scoresOf(replay, candidates)).toEqual(scoresOf(scorer, candidates));
});
