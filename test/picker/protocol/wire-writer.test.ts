import { assert, array, double, maxSafeInteger, nat, property, string, uint8Array } from 'fast-check';
import { BinaryReader } from 'google-protobuf';
import { varintLength, WireWriter, writeVarint } from '../../../lib/picker/protocol/wire-writer';

function written(write: (writer: WireWriter) => void): Uint8Array {
  const writer = new WireWriter();
  write(writer);
  const bytes = new Uint8Array(writer.size);
  writer.copyTo(bytes, 0);
  return bytes;
}

test('another reader finds what was written, in ascending order', () => {
  assert(
    property(nat(), double({ noNaN: true }), string({ unit: 'binary' }), uint8Array(), (uint, number, text, bytes) => {
      const reader = new BinaryReader(
        written((writer) => {
          writer.bytes(1000, bytes);
          writer.text(16, text);
          writer.double(2, number);
          writer.uint(1, uint);
        }),
      );

      const read: unknown[] = [];
      while (reader.nextField()) {
        const field = reader.getFieldNumber();
        if (field === 1) read.push(reader.readUint64());
        else if (field === 2) read.push(reader.readDouble());
        else if (field === 16) read.push(reader.readString());
        else read.push(Buffer.from(reader.readBytes()));
      }
      const lossless = new TextDecoder().decode(new TextEncoder().encode(text));
      expect(read).toEqual([uint, number, lossless.replace(/^\uFEFF/, ''), Buffer.from(bytes)]);
    }),
  );
});

test('a message holds what was written since the mark', () => {
  const bytes = written((writer) => {
    writer.uint(9, 1);
    const before = writer.size;
    writer.text(1, 'inner');
    writer.message(2, before);
  });

  expect(Buffer.from(bytes).toString('latin1')).toBe('\x12\x07\x0a\x05inner\x48\x01');
});

test('a text larger than the first buffer fits', () => {
  const text = 'x'.repeat(5000);

  const reader = new BinaryReader(
    written((writer) => {
      writer.text(2, 'end');
      writer.text(1, text);
    }),
  );
  reader.nextField();

  expect(reader.readString()).toBe(text);
});

test('a cleared writer starts again', () => {
  const bytes = written((writer) => {
    writer.text(1, 'gone');
    writer.clear();
    writer.bool(1, true);
  });

  expect([...bytes]).toEqual([8, 1]);
});

test('a number takes the bytes that it was said to take', () => {
  assert(
    property(array(maxSafeInteger().map(Math.abs)), (values) => {
      for (const value of [...values, 127, 128, 16_383, 16_384, Number.MAX_SAFE_INTEGER]) {
        expect(writeVarint(new Uint8Array(10), 0, value)).toBe(varintLength(value));
      }
    }),
  );
});
