import { LabelCap } from '../../../lib/picker/telemetry/label-cap';

test('so many values are told apart, then they are others, for good', () => {
  const cap = new LabelCap(2);

  expect(['a', 'b', 'c', 'a', 'c'].map((value) => cap.of(value))).toEqual(['a', 'b', 'other', 'a', 'other']);
});

test('long values are others', () => {
  const cap = new LabelCap(2);

  expect([256, 257].map((length) => cap.of('x'.repeat(length)))).toEqual(['x'.repeat(256), 'other']);
});

test('values of whoever runs the picker are always told apart', () => {
  const cap = new LabelCap(0);
  cap.always('configured');

  expect([cap.of('configured'), cap.of('else')]).toEqual(['configured', 'other']);
});
