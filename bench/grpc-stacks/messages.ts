import { FRAME_PREFIX, writeFramePrefix } from '../../lib/picker/protocol/frame';
import { WireWriter } from '../../lib/picker/protocol/wire-writer';

const HEADERS: Readonly<Record<'request' | 'response', readonly (readonly [string, string])[]>> = {
  request: [
    [':authority', 'inference.example.com'],
    [':path', '/v1/chat/completions'],
    [':method', 'POST'],
    [':scheme', 'https'],
    ['user-agent', 'OpenAI/Python 1.99.0'],
    ['content-type', 'application/json'],
    ['accept', 'application/json'],
    ['authorization', 'Bearer 0123456789abcdef0123456789abcdef'],
    ['x-request-id', '5f0c9be2-5d0c-4e0e-9d4b-6f0b7c3a9c11'],
    ['x-forwarded-for', '10.1.2.3'],
    ['x-forwarded-proto', 'https'],
    ['x-stainless-lang', 'python'],
    ['x-stainless-runtime', 'CPython'],
    ['content-length', '4096'],
  ],
  response: [
    [':status', '200'],
    ['date', 'Mon, 03 Aug 2026 10:00:00 GMT'],
    ['server', 'uvicorn'],
    ['content-type', 'text/event-stream; charset=utf-8'],
    ['transfer-encoding', 'chunked'],
  ],
};

/** A message with the headers of a chat completion. */
export function headersMessage(half: 'request' | 'response'): Uint8Array {
  return write((writer) => {
    for (const [key, value] of [...HEADERS[half]].reverse()) {
      const before = writer.size;
      writer.text(3, value);
      writer.text(1, key);
      writer.message(1, before);
    }
    writer.message(1, 0);
    writer.message(half === 'request' ? 2 : 3, 0);
  });
}

/** A message with a part of a body. */
export function bodyMessage(half: 'request' | 'response', bytes: number, endOfStream: boolean): Uint8Array {
  return write((writer) => {
    if (endOfStream) writer.bool(2, true);
    writer.bytes(1, new Uint8Array(bytes).fill(0x61));
    writer.message(half === 'request' ? 4 : 5, 0);
  });
}

/** A message with gRPC's prefix. */
export function framed(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_PREFIX + message.length);
  frame.set(message, FRAME_PREFIX);
  writeFramePrefix(frame);
  return frame;
}

function write(content: (writer: WireWriter) => void): Uint8Array {
  const writer = new WireWriter();
  content(writer);
  const bytes = new Uint8Array(writer.size);
  writer.copyTo(bytes, 0);
  return bytes;
}
