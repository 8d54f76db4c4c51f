import { assert, nat, property, string, uint8Array } from 'fast-check';
import { BinaryWriter } from 'google-protobuf';
import { WireError, WireReader } from '../../../lib/picker/protocol/wire-reader';

const bytesOf = (...bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes);

/** Moves a reader to its first field. */
function atFirst(bytes: Uint8Array): WireReader {
  const reader = new WireReader(bytes);
  expect(reader.next()).toBe(true);
  return reader;
}

test('finds what another writer wrote', () => {
  assert(
    property(nat(), string(), uint8Array(), (uint, text, bytes) => {
      const writer = new BinaryWriter();
      writer.writeUint32(1, uint);
      writer.writeString(2, text);
      writer.writeBytes(3000, bytes);
      const reader = new WireReader(writer.getResultBuffer());

      reader.next();
      expect([reader.field, reader.uint()]).toEqual([1, uint]);
      reader.next();
      expect([reader.field, reader.text()]).toEqual([2, text]);
      reader.next();
      expect([reader.field, Buffer.from(reader.bytes())]).toEqual([3000, Buffer.from(bytes)]);
      expect(reader.next()).toBe(false);
    }),
  );
});

test('bytes are a view, not a copy', () => {
  const message = bytesOf(0x0a, 2, 7, 8);

  expect(atFirst(message).bytes().buffer).toBe(message.buffer);
});

test('skips values of every type', () => {
  const reader = new WireReader(
    bytesOf(0x08, 0xff, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 1, 9, 0x25, 1, 2, 3, 4, 0x28, 1),
  );

  const fields: number[] = [];
  while (reader.next()) {
    fields.push(reader.field);
    reader.skip();
  }

  expect(fields).toEqual([1, 2, 3, 4, 5]);
});

test('leaves a message wherever it stands in it', () => {
  const reader = atFirst(bytesOf(0x0a, 4, 0x08, 1, 0x10, 2, 0x18, 3));

  const outer = reader.enter();
  reader.next();
  reader.leave(outer);

  expect(reader.next()).toBe(true);
  expect([reader.field, reader.uint()]).toEqual([3, 3]);
});

test('a value of another type than expected counts as empty and is skipped', () => {
  const reader = new WireReader(bytesOf(0x08, 5, 0x12, 1, 0x61, 0x18, 7, 0x20, 1));

  reader.next();
  expect(reader.text()).toBe('');
  reader.next();
  expect(reader.uint()).toBe(0);
  reader.next();
  const outer = reader.enter();
  expect(reader.next()).toBe(false);
  reader.leave(outer);
  reader.next();
  expect(reader.bool()).toBe(true);
});

test('bytes that are no UTF-8 are replaced', () => {
  expect(atFirst(bytesOf(0x0a, 2, 0x61, 0xff)).text()).toBe('a\uFFFD');
});

test.each([
  ['a number is cut off', bytesOf(0x80), 1],
  ['a number is longer than 10 bytes', bytesOf(...Array<number>(11).fill(0x80)), 10],
  ['field number 0', bytesOf(0x00), 1],
  ['wire type 3 in field 1', bytesOf(0x0b), 1],
  ['wire type 7 in field 1', bytesOf(0x0f), 1],
  ['field 1 is 5 bytes long, only 1 follow', bytesOf(0x0a, 5, 0), 2],
  [
    'field 1 is 9007199254740991 bytes long, only 0 follow',
    bytesOf(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f),
    9,
  ],
  ['field 1 is 8 bytes long, only 3 follow', bytesOf(0x09, 1, 2, 3), 1],
])('refuses: %s', (what, bytes, offset) => {
  const reader = new WireReader(bytes);
  const walk = (): void => {
    while (reader.next()) reader.skip();
  };

  expect(walk).toThrow(new WireError(what, offset));
});

test('a message within another cannot reach beyond it', () => {
  const reader = atFirst(bytesOf(0x0a, 2, 0x0a, 3, 1, 2, 3));
  reader.enter();
  reader.next();

  expect(() => reader.bytes()).toThrow('malformed protobuf at byte 4: field 1 is 3 bytes long, only 0 follow');
});
