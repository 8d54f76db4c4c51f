import { ACTIVE_REQUEST } from '../../../../lib/picker/scheduling/scorers/active-request';
import { CONTEXT_LENGTH_AWARE } from '../../../../lib/picker/scheduling/scorers/context-length-aware';
import { PREFIX_CACHE } from '../../../../lib/picker/scheduling/scorers/prefix-cache';
import { TOKEN_LOAD } from '../../../../lib/picker/scheduling/scorers/token-load';
import { endpoints, load, prompt, request, schedulingContext } from '../../../support/picker/builders';
import { make, scoresOf } from '../../../support/picker/scoring';

describe('prefix-cache-scorer', () => {
  const four = request({ prompt: prompt([1, 2, 3, 4]), promptTokens: 256 });

  test('is the part of the blocks that the endpoint has', () => {
    const context = schedulingContext({ request: four, matched: [4, 1, 0] });

    expect(scoresOf(make(PREFIX_CACHE).plugin, endpoints(3), context)).toEqual([1, 0.25, 0]);
  });

  test('weighs the length of the match, squared', () => {
    const { plugin } = make(PREFIX_CACHE, { matchLengthWeight: 0.5, matchLengthScaleTokens: 128 });
    const context = schedulingContext({ request: four, matched: [1, 4] });

    // 0.5 * (64 / 128)^2 + 0.5 * 1 / 4, and 0.5 * min(1, 2)^2 + 0.5 * 1
    expect(scoresOf(plugin, endpoints(2), context)).toEqual([0.25, 1]);
  });

  test('says nothing of a request without a prompt', () => {
    expect(scoresOf(make(PREFIX_CACHE).plugin, endpoints(2))).toEqual([0, 0]);
  });

  test('refuses a producer that is not there', () => {
    expect(make(PREFIX_CACHE, { prefixMatchInfoProducerName: 'precise' }).problems).toEqual([
      'prefixMatchInfoProducerName of plugin \'prefix-cache-scorer\' is "precise": ' +
        'config.plugins has no approx-prefix-cache-producer of that name; leave it out, or name a approx-prefix-cache-producer',
    ]);
    expect(make(PREFIX_CACHE, { prefixMatchInfoProducerName: 'approx-prefix-cache-producer' }).problems).toEqual([]);
  });
});

describe('token-load-scorer', () => {
  const context = schedulingContext({
    request: request({ prompt: prompt([1, 2]), promptTokens: 128 }),
    matched: [2, 1, 0],
  });

  test('counts tokens in flight and those that this request adds', () => {
    const { plugin } = make(TOKEN_LOAD, { queueThresholdTokens: 1024 });
    const candidates = endpoints([{}, {}, { load: load({ prefillTokens: 384 }) }]);

    // 0; 64 / 1024; (384 + 128) / 1024
    expect(scoresOf(plugin, candidates, context)).toEqual([1, 0.9375, 0.5]);
  });

  test('ends at the threshold', () => {
    const { plugin } = make(TOKEN_LOAD, { queueThresholdTokens: 100 });

    expect(scoresOf(plugin, endpoints([{ load: load({ prefillTokens: 1e6 }) }]))).toEqual([0]);
  });

  test('has a threshold of four Mi tokens', () => {
    const candidates = endpoints([{ load: load({ prefillTokens: 2_097_152 }) }]);

    expect(scoresOf(make(TOKEN_LOAD).plugin, candidates)).toEqual([0.5]);
  });
});

describe('active-request-scorer', () => {
  const candidates = endpoints([0, 1, 4, 8].map((requests) => ({ load: load({ requests }) })));

  test('scales down from the idle endpoint to the busiest', () => {
    expect(scoresOf(make(ACTIVE_REQUEST).plugin, candidates)).toEqual([1, 0.875, 0.5, 0]);
  });

  test('takes endpoints up to the threshold for idle, and gives others less', () => {
    const { plugin } = make(ACTIVE_REQUEST, { idleThreshold: 1, maxBusyScore: 0.5 });

    expect(scoresOf(plugin, candidates)).toEqual([1, 1, 0.25, 0]);
  });
});

describe('context-length-aware', () => {
  const score = (promptTokens: number, range?: string): number => {
    const labels = range === undefined ? {} : { 'llm-d.ai/context-length-range': range };
    const context = schedulingContext({ request: request({ promptTokens }) });
    return scoresOf(make(CONTEXT_LENGTH_AWARE).plugin, endpoints([{ labels }]), context)[0]!;
  };

  test.each([
    ['no label', 100, undefined, 0.5],
    ['a label that is no range', 100, 'long', 0],
    ['a range that is upside down', 100, '9-1', 0],
    // 0.3 + 0.7 * (0.7 / (1 + 10000 / 10000) + 0.3 * (10000 - 5000) / 10000)
    ['a prompt in the range', 5000, '0-10000', 0.65],
    ['a range of one length', 2048, '2048-2048', 1],
    // 0.3 / (1 + 1000 / 1000)
    ['a prompt that is too long', 3048, '0-2048', 0.15],
    ['a prompt that is too short', 1000, '2000-4000', 0.15],
  ])('%s', (_name, tokens, range, expected) => {
    expect(score(tokens, range)).toBeCloseTo(expected, 12);
  });

  test('does not filter', () => {
    expect(make(CONTEXT_LENGTH_AWARE, { enableFiltering: true }).problems).toEqual([
      "enableFiltering of plugin 'context-length-aware' is true: in this picker it scores and does not filter; " +
        'leave it out: pods out of range get the lowest scores; or filter by label-selector-filter',
    ]);
  });
});
