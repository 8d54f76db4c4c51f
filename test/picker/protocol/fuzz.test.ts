import type { Verdict } from '../../../lib/picker/director/types';
import { ByteBudget } from '../../../lib/picker/protocol/byte-budget';
import { FrameError, FrameReader } from '../../../lib/picker/protocol/frame';
import { decodeProcessingRequest } from '../../../lib/picker/protocol/requests';
import { WireError } from '../../../lib/picker/protocol/wire-reader';
import { bodyMessage, framed, headersMessage, trailersMessage } from '../../support/picker/ext-proc-messages';
import { deferred } from '../../support/picker/fake-director';
import { ExchangeHarness, settled } from '../../support/picker/exchange-harness';
import { seededRandom } from '../../support/picker/seeded-random';

/** Cases of each kind; raise it with FUZZ_CASES. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 25_000);
const TIMEOUT_MS = 600_000;

type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const pick = <T>(random: Random, values: readonly T[]): T => values[below(random, values.length)]!;

function randomBytes(random: Random, most: number): Buffer {
  const bytes = Buffer.alloc(below(random, most + 1));
  for (let i = 0; i < bytes.length; i++) bytes[i] = below(random, 256);
  return bytes;
}

const HOSTILE_TEXTS = [
  '',
  '\0',
  '\r\nx: y',
  '%',
  'ü'.repeat(40),
  '1e999',
  '-1',
  'x'.repeat(9000),
  '__proto__',
  '\uFFFF',
];
const HEADER_NAMES = [':path', 'content-length', 'x-request-id', '__proto__', 'constructor', 'X-UPPER', '', 'toString'];

/** Messages of every kind; more than one of some, so that sequences are long enough to get somewhere. */
function messages(random: Random): readonly (() => Uint8Array)[] {
  const text = (): string => pick(random, HOSTILE_TEXTS);
  const headers = (): [string, string][] =>
    Array.from({ length: below(random, 5) }, () => [pick(random, HEADER_NAMES), text()]);
  const metadata = {
    'envoy.lb.subset_hint': { 'x-gateway-destination-endpoint-subset': pick(random, [text(), [text(), 5], 7, null]) },
    'envoy.lb': { 'x-gateway-destination-endpoint-served': pick(random, [text(), true, {}]) },
  };
  const last = (): boolean => random() < 0.4;
  return [
    () => headersMessage('request', headers(), { endOfStream: random() < 0.2, metadata }),
    () => headersMessage('request', headers(), { plainValues: true }),
    () => bodyMessage('request', randomBytes(random, 40), last(), { metadata }),
    () => bodyMessage('request', randomBytes(random, 40), last()),
    () => trailersMessage('request', headers()),
    () => headersMessage('response', headers(), { endOfStream: random() < 0.2, metadata }),
    () => bodyMessage('response', randomBytes(random, 40), last()),
    () => bodyMessage('response', text(), last()),
    () => trailersMessage('response', headers()),
    () => headersMessage('request', [], { observabilityMode: random() < 0.1 }),
    () => new Uint8Array(0),
  ];
}

/** Changes, inserts or cuts off some bytes. */
function damaged(random: Random, message: Uint8Array): Buffer {
  const bytes = Buffer.from(message);
  const at = below(random, bytes.length);
  switch (below(random, 3)) {
    case 0:
      for (let i = 0; i <= below(random, 4); i++) bytes[below(random, bytes.length)] = below(random, 256);
      return bytes;
    case 1:
      return bytes.subarray(0, at);
    default:
      return Buffer.concat([bytes.subarray(0, at), randomBytes(random, 6), bytes.subarray(at)]);
  }
}

/** What the codec says of bytes: a message, or undefined for those that are none. Any other error is a bug. */
function decoded(bytes: Uint8Array): ReturnType<typeof decodeProcessingRequest> | undefined {
  try {
    return decodeProcessingRequest(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** Checks what must hold when a stream is over, however it went. */
function expectNothingLeft(harness: ExchangeHarness): void {
  harness.exchange.cancelled();
  if (harness.faults.length > 0) throw harness.faults[0];
  for (const watcher of harness.director.watchers) {
    if (watcher.ends.length !== 1) throw new Error(`a watcher heard of ${watcher.ends.length} ends`);
  }
  if (harness.budget.used !== 0) throw new Error(`${harness.budget.used} bytes are still held`);
}

test(
  'random bytes are a message or malformed',
  () => {
    const random = seededRandom(1);

    for (let i = 0; i < CASES; i++) decoded(randomBytes(random, 200));
  },
  TIMEOUT_MS,
);

test(
  'damaged messages never break an exchange',
  () => {
    const random = seededRandom(2);

    for (let i = 0; i < CASES; i++) {
      const harness = new ExchangeHarness();
      for (let j = below(random, 6); j >= 0; j--) {
        const message = pick(random, messages(random))();
        const read = decoded(random() < 0.5 ? message : damaged(random, message));
        if (read === undefined) harness.exchange.refuse(3, 'malformed');
        else harness.exchange.receive(read);
      }
      expectNothingLeft(harness);
    }
  },
  TIMEOUT_MS,
);

test(
  'messages in any order never break an exchange, whatever the director and the gateway do meanwhile',
  async () => {
    const random = seededRandom(3);

    for (let i = 0; i < CASES; i++) {
      const harness = new ExchangeHarness({ maxBodyBytes: 100, budget: new ByteBudget(60 + below(random, 80)) });
      const later = random() < 0.3 ? deferred<Verdict>() : undefined;
      const rejects = random() < 0.2;
      let verdict: Verdict | undefined;
      harness.director.script = ({ body }) => {
        verdict = rejects ? { kind: 'reject', status: 503, body: 'no', headers: [] } : harness.director.route({ body });
        return later?.promise ?? verdict;
      };
      const settle = async (): Promise<void> => {
        if (later === undefined || verdict === undefined) return;
        later.resolve(verdict);
        await settled();
      };
      for (let j = below(random, 12); j >= 0; j--) {
        harness.isTaking = random() < 0.7;
        const action = random();
        if (action < 0.85) harness.receive(pick(random, messages(random))());
        else if (action < 0.9) harness.exchange.drained();
        else if (action < 0.93) harness.exchange.halfClosed();
        else if (action < 0.96)
          harness.director.watchers[0]?.onEvict?.({ kind: 'reject', status: 429, body: '', headers: [] });
        else await settle();
      }
      harness.exchange.cancelled();
      await settle();
      expectNothingLeft(harness);
    }
  },
  TIMEOUT_MS,
);

test(
  'damaged frames are messages or refused',
  () => {
    const random = seededRandom(4);

    for (let i = 0; i < CASES; i++) {
      const frames = new FrameReader(1000, (bytes) => new Uint8Array(bytes));
      const bytes = Buffer.concat([framed(randomBytes(random, 30)), framed(randomBytes(random, 30))]);
      const input = random() < 0.5 ? bytes : damaged(random, bytes);
      try {
        for (let at = 0; at < input.length;) {
          const end = at + 1 + below(random, 20);
          frames.push(input.subarray(at, end), (message) => {
            decoded(message);
            return true;
          });
          at = end;
        }
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
      }
    }
  },
  TIMEOUT_MS,
);
