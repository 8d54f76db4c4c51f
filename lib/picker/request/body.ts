/** The body of a request as it came: the chunks are the gateway's, in order, and are not copied. */
export interface RequestBody {
  readonly chunks: readonly Uint8Array[];
  readonly bytes: number;
}

/** A range of bytes of a whole body, the chunks taken as one. */
export interface ByteSpan {
  readonly start: number;
  /** First byte after it. */
  readonly end: number;
}

/** A body of one chunk. */
export function bodyOf(bytes: Uint8Array): RequestBody {
  return { chunks: [bytes], bytes: bytes.byteLength };
}

/** The body with other bytes in the place of a range that is not empty. What is around it is shared, not copied. */
export function splice(body: RequestBody, span: ByteSpan, replacement: Uint8Array): RequestBody {
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (const chunk of body.chunks) {
    const start = span.start - offset;
    const end = span.end - offset;
    const size = chunk.byteLength;
    offset += size;
    if (start >= size || end <= 0) {
      chunks.push(chunk);
      continue;
    }
    if (start > 0) chunks.push(chunk.subarray(0, start));
    if (start >= 0) chunks.push(replacement);
    if (end < size) chunks.push(chunk.subarray(end));
  }
  return { chunks, bytes: body.bytes - (span.end - span.start) + replacement.byteLength };
}

/** Most bytes that are kept to join the next body in; a bigger one gets memory of its own. */
const KEPT = 4 * 1024 * 1024;

/** Makes one range of memory of a body's chunks. The result is valid until the next call. */
export class BodyJoiner {
  #scratch = new Uint8Array(64 * 1024);

  public join(body: RequestBody): Uint8Array {
    const [first] = body.chunks;
    if (first !== undefined && body.chunks.length === 1) return first;
    const target = this.#room(body.bytes);
    let at = 0;
    for (const chunk of body.chunks) {
      target.set(chunk, at);
      at += chunk.byteLength;
    }
    return target.subarray(0, at);
  }

  #room(bytes: number): Uint8Array {
    if (bytes <= this.#scratch.byteLength) return this.#scratch;
    if (bytes > KEPT) return new Uint8Array(bytes);
    this.#scratch = new Uint8Array(Math.min(KEPT, bytes * 2));
    return this.#scratch;
  }
}
