import { SERVED_ENDPOINT_KEY } from '../../core/headers';
import { MetadataNamespaces } from '../../core/picker/ext-proc';
import type { ClientSide } from './client-side';
import type { PickerStream } from './ext-proc-client';
import { bodyFrame, headersFrame } from './ext-proc-request';
import { type HeaderMutation, mutate, without } from './header-list';
import type { UpstreamResponse } from './upstream-call';

const NOTHING = new Uint8Array(0);

export interface AnswerRelayOptions {
  readonly client: ClientSide;
  readonly picker: PickerStream;
  /** The picker owes a word. */
  readonly waits: () => void;
  /** The picker has nothing more to do with the answer. Called before the client has its last byte. */
  readonly done: () => void;
}

/** An endpoint's answer on its way to the client, with the picker in between until `pass`. */
export class AnswerRelay {
  readonly #options: AnswerRelayOptions;
  #response: UpstreamResponse | undefined;
  /** Parts that came before the picker let the headers pass. */
  #held: Uint8Array[] = [];
  #hasBegun = false;
  #isEnded = false;
  #passes = false;

  public constructor(options: AnswerRelayOptions) {
    this.#options = options;
  }

  /** Whether the endpoint has begun to answer. */
  public get isThere(): boolean {
    return this.#response !== undefined;
  }

  /** Whether the client has a part of the answer. */
  public get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Takes the start of an endpoint's answer. */
  public start(response: UpstreamResponse): void {
    this.#response = response;
    if (this.#passes) {
      this.#respond(response);
      return;
    }
    const { status, headers, hasBody, endpoint } = response;
    this.#options.picker.send(
      headersFrame('response', {
        headers: [[':status', String(status)], ...headers],
        endOfStream: !hasBody,
        metadata: { namespace: MetadataNamespaces.ENDPOINTS, key: SERVED_ENDPOINT_KEY, value: endpoint },
      }),
    );
    this.#options.waits();
  }

  /** Takes a part of an endpoint's answer; false when it is not taken away fast enough. */
  public data(chunk: Uint8Array): boolean {
    if (this.#passes) return this.#options.client.write(chunk);
    if (!this.#hasBegun) this.#held.push(chunk);
    return this.#options.picker.send(bodyFrame('response', chunk, false));
  }

  /** The endpoint's answer is complete. */
  public end(): void {
    this.#isEnded = true;
    if (this.#passes) this.#complete();
    else this.#options.picker.send(bodyFrame('response', NOTHING, true));
  }

  /** The picker lets the headers pass. False when it was not asked. */
  public allow(mutation: HeaderMutation): boolean {
    const response = this.#response;
    if (response === undefined || this.#hasBegun) return false;
    const { headers, hasBody } = response;
    // What the picker gives back may have another length.
    const own = hasBody ? without(headers, 'content-length') : headers;
    this.#held = [];
    this.#respond({ ...response, headers: mutate(own, mutation) });
    return true;
  }

  /** The picker lets a part of the body pass. False when the client is slow to take it. */
  public allowBody(body: Uint8Array, endOfStream: boolean): boolean {
    if (!this.#hasBegun) return true;
    const isTaken = this.#options.client.write(body);
    if (endOfStream) this.#complete();
    return isTaken;
  }

  /** From now on the answer goes past the picker; what only the picker has seen of it goes first. */
  public pass(): void {
    this.#passes = true;
    const response = this.#response;
    if (response === undefined) return;
    this.#respond(response);
    for (const chunk of this.#held.splice(0)) this.#options.client.write(chunk);
    if (this.#isEnded && response.hasBody) this.#complete();
  }

  #respond({ status, headers, hasBody }: UpstreamResponse): void {
    this.#hasBegun = true;
    if (!hasBody) this.#options.done();
    this.#options.client.respond(status, headers, hasBody);
  }

  #complete(): void {
    this.#options.done();
    this.#options.client.end();
  }
}
