import { ByteBudget } from '../../../lib/picker/protocol/byte-budget';
import { Exchange, type ExchangeParts } from '../../../lib/picker/protocol/exchange';
import { decodeProcessingRequest } from '../../../lib/picker/protocol/requests';
import { ResponseEncoder } from '../../../lib/picker/protocol/responses';
import { readAnswer, type Answer } from './ext-proc-messages';
import { FakeDirector } from './fake-director';

const allocate = (bytes: number): Uint8Array => new Uint8Array(bytes);

/** An exchange without a socket: messages in, answers out. */
export class ExchangeHarness {
  public readonly director: FakeDirector;
  public readonly answers: Answer[] = [];
  public readonly faults: unknown[] = [];
  public readonly budget: ByteBudget;
  public readonly exchange: Exchange;
  /** How the stream was closed; undefined while it is open. */
  public closed: { readonly status: number; readonly message: string } | undefined;
  /** Whether the gateway takes what is sent. */
  public isTaking = true;

  public constructor(overrides: Partial<ExchangeParts> & { readonly director?: FakeDirector } = {}) {
    this.director = overrides.director ?? new FakeDirector();
    this.budget = overrides.budget ?? new ByteBudget(512 * 2 ** 20);
    const parts: ExchangeParts = {
      clock: { now: () => 1000, wallTime: () => 0 },
      encoder: new ResponseEncoder(allocate),
      allocate,
      maxBodyBytes: 64 * 2 ** 20,
      onFault: (error) => this.faults.push(error),
      ...overrides,
      budget: this.budget,
      director: this.director,
    };
    this.exchange = new Exchange(parts, {
      send: (frame) => {
        if (this.closed !== undefined) throw new Error('a message was sent after the end');
        if (Buffer.from(frame).readUInt32BE(1) !== frame.length - 5) throw new Error('a prefix has a wrong length');
        this.answers.push(readAnswer(frame.subarray(5)));
        return this.isTaking;
      },
      close: (status, message) => {
        if (this.closed !== undefined) throw new Error('the stream was closed twice');
        this.closed = { status, message };
      },
    });
  }

  /** Lets the gateway send messages. */
  public receive(...messages: readonly Uint8Array[]): this {
    for (const message of messages) this.exchange.receive(decodeProcessingRequest(message));
    return this;
  }

  /** Kinds of the answers, in their order. */
  public get kinds(): readonly string[] {
    return this.answers.map(({ kind }) => kind);
  }

  /** Takes the answers so far away. */
  public take(): Answer[] {
    return this.answers.splice(0);
  }

  /** Bytes of all answers that carry a part of this body. */
  public bodyOf(half: 'request' | 'response'): Buffer {
    return Buffer.concat(this.answers.flatMap(({ kind, body }) => (kind === `${half}-body` && body ? [body] : [])));
  }
}

/** Waits until promises that are settled have been acted on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
