import { array, assert, integer, property, uint8Array } from 'fast-check';
import { BodyCursor } from '../../../lib/picker/protocol/body-cursor';

test('reads the whole body in order, whatever its chunks and whatever the steps', () => {
  assert(
    property(array(uint8Array()), integer({ min: 1, max: 50 }), (chunks, step) => {
      const whole = Buffer.concat(chunks);
      const copy = Buffer.alloc(whole.length);
      const cursor = new BodyCursor(chunks);

      let at = 0;
      while (cursor.left > 0) {
        const count = Math.min(step, cursor.left);
        cursor.copyTo(copy, at, count);
        at += count;
      }

      expect(copy.equals(whole)).toBe(true);
    }),
  );
});

test('refuses to read more than there is', () => {
  const cursor = new BodyCursor([Uint8Array.of(1, 2)]);

  expect(() => {
    cursor.copyTo(new Uint8Array(3), 0, 3);
  }).toThrow('1 bytes more than the body has were asked for');
});
