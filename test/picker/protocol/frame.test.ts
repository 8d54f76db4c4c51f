import { array, assert, nat, property, uint8Array } from 'fast-check';
import { FrameError, FrameReader, writeFramePrefix } from '../../../lib/picker/protocol/frame';
import { framed } from '../../support/picker/ext-proc-messages';

const reader = (longest = 1000): FrameReader => new FrameReader(longest, (bytes) => new Uint8Array(bytes));

function read(frames: FrameReader, ...chunks: readonly Uint8Array[]): string[] {
  const messages: string[] = [];
  for (const chunk of chunks) {
    frames.push(chunk, (message) => {
      messages.push(Buffer.from(message).toString('latin1'));
      return true;
    });
  }
  return messages;
}

test('finds the same messages however the bytes are cut', () => {
  assert(
    property(array(uint8Array({ maxLength: 40 }), { maxLength: 8 }), array(nat(60)), (messages, cuts) => {
      const bytes = Buffer.concat(messages.map((message) => framed(message)));
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const cut of cuts) {
        chunks.push(bytes.subarray(at, at + cut));
        at = Math.min(bytes.length, at + cut);
      }
      chunks.push(bytes.subarray(at));
      const frames = reader();

      expect(read(frames, ...chunks)).toEqual(messages.map((message) => Buffer.from(message).toString('latin1')));
      expect(frames.isInside).toBe(false);
    }),
  );
});

test('a message that lies in one piece is not copied', () => {
  const bytes = framed(Buffer.from('whole'));
  let message: Uint8Array | undefined;
  reader().push(bytes, (found) => {
    message = found;
    return true;
  });

  expect(message?.buffer).toBe(bytes.buffer);
});

test.each([1, 4, 5, 7])('stands inside a message after %i of its bytes', (bytes) => {
  const frames = reader();

  read(frames, framed(Buffer.from('abc')).subarray(0, bytes));

  expect(frames.isInside).toBe(true);
});

test('stops when nobody wants more', () => {
  const bytes = Buffer.concat([framed(Buffer.from('a')), framed(Buffer.from('b'))]);
  let count = 0;

  reader().push(bytes, () => {
    count++;
    return false;
  });

  expect(count).toBe(1);
});

test.each([
  ['a compressed message', framed(Buffer.from('x'), 1), 'compressed', 'compressed messages are not taken'],
  ['a flag that is not known', framed(Buffer.from('x'), 2), 'flag', 'a message starts with the flag 2'],
  [
    'a message over the limit',
    framed(Buffer.alloc(1001)),
    'too-long',
    'a message of 1001 bytes is longer than the limit of 1000',
  ],
  [
    'a message of the greatest length',
    Uint8Array.of(0, 255, 255, 255, 255),
    'too-long',
    'a message of 4294967295 bytes is longer than the limit of 1000',
  ],
])('refuses %s', (_, bytes, problem, message) => {
  expect.assertions(2);
  try {
    read(reader(), bytes);
  } catch (error) {
    expect(error).toEqual(new FrameError(problem as FrameError['problem'], message));
    expect((error as FrameError).problem).toBe(problem);
  }
});

test('takes a message of exactly the limit', () => {
  expect(read(reader(), framed(Buffer.alloc(1000)))).toHaveLength(1);
});

test('writes the length before a message', () => {
  const frame = new Uint8Array(5 + 0x010203);

  writeFramePrefix(frame);

  expect([...frame.subarray(0, 5)]).toEqual([0, 0, 1, 2, 3]);
});
