import type { Arrival, Workload } from '../../../lib/simulator/request';
import { namedWorkload, WORKLOADS } from '../../../lib/simulator/workloads/catalog';
import { arrivalTimes, bursts, STEADY, wave } from '../../../lib/simulator/workloads/arrivals';
import { seededRandom } from '../../../lib/simulator/random';

/** The requests of the first sessions when every answer takes a second. */
function played(workload: Workload, sessions: number): readonly Arrival[] {
  const iterator = workload.sessions();
  const all: Arrival[] = [];
  for (let i = 0; i < sessions; i++) {
    const { value } = iterator.next() as { value: Arrival };
    for (let at: Arrival | undefined = value; at !== undefined; at = workload.next(at.request, at.at + 1000))
      all.push(at);
  }
  return all;
}

/** Times of all requests of sessions that come before a time, when every answer takes as long. */
function inWindow(workload: Workload, windowMs: number, answerMs: number): readonly number[] {
  const iterator = workload.sessions();
  const times: number[] = [];
  for (;;) {
    const { value } = iterator.next() as { value: Arrival };
    if (value.at > windowMs) return times;
    for (let at: Arrival | undefined = value; at !== undefined; at = workload.next(at.request, at.at + answerMs)) {
      times.push(at.at);
    }
  }
}

const options = { seed: 5, rate: 10, model: 'base' };

describe.each(WORKLOADS.map((workload) => [workload.name, workload] as const))('%s', (_name, { make }) => {
  test('the same seed says the same', () => {
    expect(played(make(options), 30)).toEqual(played(make(options), 30));
  });

  test('another seed says something else', () => {
    expect(played(make(options), 30)).not.toEqual(played(make({ ...options, seed: 6 }), 30));
  });

  test('ids are unique, and every prompt has its identities', () => {
    const requests = played(make(options), 60).map(({ request }) => request);

    expect(new Set(requests.map(({ id }) => id)).size).toBe(requests.length);
    for (const { tokens, promptTokens, outputTokens } of requests) {
      expect(tokens.pieces.length * tokens.pieceTokens).toBeGreaterThanOrEqual(promptTokens + outputTokens);
      expect(tokens.knownTokens).toBeGreaterThanOrEqual(promptTokens + outputTokens);
    }
  });

  test('has its rate once the sessions from before have come in', () => {
    const windowMs = 180_000;
    const times = inWindow(make({ ...options, rate: 20 }), windowMs, 4000);
    const perSecond = (from: number, to: number): number =>
      times.filter((at) => at >= from && at < to).length / ((to - from) / 1000);

    expect(perSecond(0, 20_000)).toBeLessThan(20);
    expect(perSecond(60_000, windowMs)).toBeGreaterThan(15);
    expect(perSecond(60_000, windowMs)).toBeLessThan(32);
  });
});

test('every turn of a conversation starts with all of the one before', () => {
  const [first, second] = played(namedWorkload('chat')?.make(options) as Workload, 40).filter(
    ({ request }, _i, all) => all.filter(({ request: { session } }) => session === request.session).length > 1,
  );
  const before = first?.request;
  const after = second?.request;

  expect(after?.tokens.pieces).toBe(before?.tokens.pieces);
  expect(after?.promptTokens).toBeGreaterThan((before?.promptTokens ?? 0) + (before?.outputTokens ?? 0));
});

test('questions about a document share the document and not the question before', () => {
  const [a, b] = played(namedWorkload('documents')?.make(options) as Workload, 40)
    .filter(({ request }, _i, all) => all.filter((other) => other.request.session === request.session).length > 1)
    .map(({ request: { tokens } }) => tokens.pieces);
  const common = a?.findIndex((piece, i) => piece !== b?.[i]) ?? 0;

  expect(common).toBeGreaterThan(20);
  expect(a?.at(-1)).not.toBe(b?.at(-1));
});

test('adapters share nothing with one another', () => {
  const requests = played(namedWorkload('lora')?.make(options) as Workload, 200).map(({ request }) => request);
  const owner = new Map<number, string>();

  for (const { tokens, model } of requests) {
    for (const piece of tokens.pieces) {
      expect(owner.get(piece) ?? model).toBe(model);
      owner.set(piece, model);
    }
  }
});

test.each([
  ['steady', STEADY],
  ['bursts', bursts(60_000, 10_000, 3)],
  ['a wave', wave(60_000, 0.5)],
])('%s keeps the mean rate', (_name, pattern) => {
  let count = 0;
  for (const at of arrivalTimes(seededRandom(9), 20, pattern)) {
    if (at > 600_000) break;
    count++;
  }

  expect(count / 600).toBeGreaterThan(19);
  expect(count / 600).toBeLessThan(21);
});

test('a burst has its height', () => {
  const { factor } = bursts(60_000, 10_000, 3);

  expect([factor(5_000), factor(30_000)]).toEqual([3, 0.6]);
});
