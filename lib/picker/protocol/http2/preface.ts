import { ConnectionError, ErrorCode } from './frames';

/** What every client says first. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Reads what comes before a client's frames. */
export class Preface {
  #bytes = 0;

  /** Returns the bytes after the preface: all of them once it is complete. Throws a `ConnectionError`. */
  public skip(bytes: Uint8Array): Uint8Array {
    if (this.#bytes === PREFACE.length) return bytes;
    let at = 0;
    while (at < bytes.length && this.#bytes < PREFACE.length) {
      if (bytes[at++] !== PREFACE.charCodeAt(this.#bytes++)) {
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, 'the client does not speak HTTP/2');
      }
    }
    return bytes.subarray(at);
  }
}
