import type { Call, CallTarget } from '../../../lib/picker/scheduling/call';
import type { Endpoint } from '../../../lib/picker/scheduling/endpoint';
import { PREFIX_INDEX_DEFAULTS } from '../../../lib/picker/scheduling/prefix-index-settings';
import { PrefixBook } from '../../../lib/picker/director/prefix-book';
import { endpoints, metrics, prompt, request } from '../../support/picker/builders';
import { call as aCall, target as aTarget } from '../../support/picker/calls';

const PROMPT = prompt([11, 22, 33, 44]);
const [first, second] = endpoints(2) as [Endpoint, Endpoint];

const target = (endpoint: Endpoint, profile = 'default'): CallTarget => aTarget({ endpoint, profile });

const call = (primary: Endpoint, given: Partial<Call> = {}): Call =>
  aCall({ endpoint: primary, request: request({ prompt: PROMPT }), ...given });

function matched(book: PrefixBook): readonly number[] {
  const out = new Int32Array(2);
  book.index.match(PROMPT, out);
  return [...out];
}

const book = (autoTune = true): PrefixBook => new PrefixBook({ ...PREFIX_INDEX_DEFAULTS, autoTune });

test('a prompt is where it was routed, before it is computed', () => {
  const kept = book();

  kept.routed(call(first));

  expect(matched(kept)).toEqual([4, 0]);
});

test('a prompt is on the prefill pod too', () => {
  const kept = book();

  kept.routed(call(first, { targets: [target(first), target(second, 'prefill')] }));

  expect(matched(kept)).toEqual([4, 4]);
});

test('a prompt moves to the endpoint that served', () => {
  const kept = book();
  const moving = call(first);
  kept.routed(moving);

  Object.assign(moving, { primary: target(second) });
  kept.moved(moving, first);

  expect(matched(kept)).toEqual([0, 4]);
});

test('a prompt that moves to an endpoint that is gone is nowhere: its slot may be that of another', () => {
  const kept = book();
  const moving = call(first);
  kept.routed(moving);
  kept.removed(second);

  Object.assign(moving, { primary: target(second) });
  kept.moved(moving, first);
  kept.finished(Object.assign(moving, { outcome: 'server-error' as const }));

  expect(matched(kept)).toEqual([0, 0]);
});

test.each([
  ['a server failed before it answered', { outcome: 'server-error' as const }, 0],
  ['a server failed after its first token', { outcome: 'server-error' as const, firstTokenAt: 5 }, 4],
  ['the answer was complete', { outcome: 'completed' as const, firstTokenAt: 5 }, 4],
  ['the client left', { outcome: 'client-disconnected' as const }, 4],
])('when %s, %o, the endpoint has %i blocks', (_case, ended, blocks) => {
  const kept = book();
  const over = call(first);
  kept.routed(over);

  kept.finished(Object.assign(over, ended));

  expect(matched(kept)).toEqual([blocks, 0]);
});

test('an endpoint keeps as much as its metrics say', () => {
  const kept = book();
  // 8 blocks of 16 tokens are 2 of 64.
  kept.measured(first, metrics({ blocks: 8, blockSizeTokens: 16 }));

  kept.routed(call(first));

  expect(matched(kept)).toEqual([2, 0]);
});

test('an endpoint keeps what the configuration says where metrics are not to be asked', () => {
  const kept = book(false);
  kept.measured(first, metrics({ blocks: 8, blockSizeTokens: 16 }));

  kept.routed(call(first));

  expect(matched(kept)).toEqual([4, 0]);
});

test('an endpoint that is gone has nothing', () => {
  const kept = book();
  kept.routed(call(first));

  kept.removed(first);

  expect(matched(kept)).toEqual([0, 0]);
});

test('a request without a prompt leaves no trace', () => {
  const kept = book();
  const empty = call(first, { request: request() });

  kept.routed(empty);
  kept.finished(empty);

  expect(kept.index.blocks).toBe(0);
});
