import { decodeProcessingRequest } from '../../../lib/picker/protocol/requests';
import { trailersMessage, type MessageExtras } from '../../support/picker/ext-proc-messages';

const hints = (metadata: MessageExtras['metadata']): unknown =>
  decodeProcessingRequest(trailersMessage('request', [], { metadata: metadata ?? {} })).hints;

const subset = (value: string | number | null | (string | number)[]): unknown =>
  hints({ 'envoy.lb.subset_hint': { 'x-gateway-destination-endpoint-subset': value } });

test.each([
  ['a list', ['10.0.0.1:8000', '10.0.0.2:8000'], ['10.0.0.1:8000', '10.0.0.2:8000']],
  ['a text', '10.0.0.1:8000, 10.0.0.2:8000', ['10.0.0.1:8000', '10.0.0.2:8000']],
  ['a list of texts that are lists', ['a,b', ' c '], ['a', 'b', 'c']],
  ['an empty list', [], []],
  ['an empty text', '', []],
  ['a list with numbers in it', ['a', 5], ['a']],
  ['a number, which is no hint', 5, undefined],
  ['null, which is no hint', null, undefined],
])('reads the subset hint from %s', (_, value, expected) => {
  expect(subset(value)).toEqual({ subset: expected, served: undefined });
});

test('reads which endpoint served', () => {
  expect(hints({ 'envoy.lb': { 'x-gateway-destination-endpoint-served': '10.0.0.1:8000' } })).toEqual({
    subset: undefined,
    served: '10.0.0.1:8000',
  });
});

test('finds both among other metadata, however deep', () => {
  const found = hints({
    'com.example': { a: { b: { c: [1, { d: 'x' }] } }, 'x-gateway-destination-endpoint-served': 'wrong' },
    'envoy.lb': { other: true, 'x-gateway-destination-endpoint-served': 'right' },
    'envoy.lb.subset_hint': {
      'x-gateway-destination-endpoint-served': 'wrong',
      'x-gateway-destination-endpoint-subset': 'a',
    },
  });

  expect(found).toEqual({ subset: ['a'], served: 'right' });
});

test('metadata without hints has none', () => {
  expect(hints({ 'envoy.lb': {}, 'com.example': { a: 1 } })).toEqual({ subset: undefined, served: undefined });
});
