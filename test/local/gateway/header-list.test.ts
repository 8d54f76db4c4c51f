import { endToEnd, mutate } from '../../../lib/local/gateway/header-list';

test('headers of the connection, and those that it names, stay behind', () => {
  const raw = [
    'Host',
    'h',
    'Connection',
    'close, X-Private',
    'X-Private',
    '1',
    'TE',
    'trailers, gzip',
    'X-A',
    '1',
    'x-a',
    '2',
  ];

  expect(endToEnd(raw)).toEqual([
    ['host', 'h'],
    ['x-a', '1'],
    ['x-a', '2'],
    ['te', 'trailers'],
  ]);
});

test.each([
  [
    0,
    [
      ['a', '1'],
      ['b', '2'],
      ['a', 'new'],
    ],
  ],
  [
    1,
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    2,
    [
      ['b', '2'],
      ['a', 'new'],
    ],
  ],
  [
    3,
    [
      ['b', '2'],
      ['a', 'new'],
    ],
  ],
])('append action %i on a header that is there', (action, expected) => {
  const headers = [
    ['a', '1'],
    ['b', '2'],
  ] as const;

  expect(mutate(headers, { set: [{ name: 'a', value: 'new', action }], remove: [] })).toEqual(expected);
});

test.each([
  [0, [['a', 'new']]],
  [1, [['a', 'new']]],
  [2, [['a', 'new']]],
  [3, []],
])('append action %i on a header that is not there', (action, expected) => {
  expect(mutate([], { set: [{ name: 'a', value: 'new', action }], remove: [] })).toEqual(expected);
});

test('nobody changes the host, pseudo-headers or those of Envoy', () => {
  const headers = [
    ['host', 'h'],
    ['x-envoy-x', '1'],
  ] as const;
  const set = ['host', ':path', 'x-envoy-x'].map((name) => ({ name, value: 'new', action: 2 }));

  expect(mutate(headers, { set, remove: ['host', 'x-envoy-x'] })).toEqual(headers);
});
