import { deepFreeze } from '../../lib/core/freeze';

test('freezes a value and everything in it', () => {
  const value = { list: [{ deep: { deeper: 1 } }], plain: { text: 'a' } };

  const frozen = deepFreeze(value);

  const all = [frozen, frozen.list, frozen.list[0], frozen.list[0]!.deep, frozen.plain];
  expect(all.map((part) => Object.isFrozen(part))).toEqual(all.map(() => true));
});

test('returns the value itself', () => {
  const value = { a: 1 };

  expect(deepFreeze(value)).toBe(value);
});

test.each([[null], [undefined], [1], ['text'], [true]])('leaves %p as it is', (value) => {
  expect(deepFreeze(value)).toBe(value);
});

test('leaves functions callable', () => {
  const frozen = deepFreeze({ double: (n: number) => 2 * n });

  expect(frozen.double(2)).toBe(4);
});

test('comes to an end with a value that contains itself', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;

  expect(Object.isFrozen(deepFreeze(circle))).toBe(true);
});

test('a frozen value refuses changes', () => {
  const frozen: { list: number[] } = deepFreeze({ list: [1] });

  expect(() => frozen.list.push(2)).toThrow(TypeError);
});
