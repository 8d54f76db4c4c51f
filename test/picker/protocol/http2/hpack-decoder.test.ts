import { HpackDecoder, MAX_HEADER_LIST } from '../../../../lib/picker/protocol/http2/hpack-decoder';
import { literals } from '../../../support/picker/http2-frames';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const decoded = (decoder: HpackDecoder, block: Uint8Array): [string, string][] => [...decoder.decode(block)];

describe('the examples of RFC 7541, appendix C', () => {
  const FIRST = [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
  ];
  const SECOND = [...FIRST, ['cache-control', 'no-cache']];
  const THIRD = [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', '/index.html'],
    [':authority', 'www.example.com'],
    ['custom-key', 'custom-value'],
  ];

  test.each([
    [
      'C.3, plain',
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
    ],
    [
      'C.4, Huffman coded',
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
    ],
  ])('%s', (_, first, second, third) => {
    const decoder = new HpackDecoder();

    expect(decoded(decoder, hex(first))).toEqual(FIRST);
    expect(decoded(decoder, hex(second))).toEqual(SECOND);
    expect(decoded(decoder, hex(third))).toEqual(THIRD);
  });
});

test('the last value of a name wins', () => {
  const block = Buffer.concat([literals({ a: '1' }), literals({ a: '2' })]);

  expect(decoded(new HpackDecoder(), block)).toEqual([['a', '2']]);
});

test('a smaller table forgets its oldest entries', () => {
  const decoder = new HpackDecoder();
  const indexed = (name: string, value: string): Buffer =>
    Buffer.concat([Buffer.of(0x40), literals({ [name]: value }).subarray(1)]);
  decoder.decode(Buffer.concat([indexed('a', '1'), indexed('b', '2')]));

  // To 40 bytes, which hold one entry: the latest.
  const block = Buffer.concat([Buffer.of(0x3f, 9), Buffer.of(0xbe)]);

  expect(decoded(decoder, block)).toEqual([['b', '2']]);
  expect(() => decoder.decode(Buffer.of(0xbf))).toThrow('malformed header block: there is no entry 63');
});

test.each([
  ['there is no entry 0', '80'],
  ['there is no entry 62', 'be'],
  ['there is no entry 70', '7f07 0161'],
  ['a number is cut off', 'ff'],
  ['a number is too large', 'ff ffff ffff ffff 7f'],
  ['a text is missing', '40'],
  ['a text is cut off', '40 0261'],
  ['a text is missing', '40 0161'],
  ['a table of 4097 bytes is larger than 4096', '3fe2 1f'],
  // A code that nobody assigned, the mark of the end, a whole byte of padding, and padding of zeros.
  ['a text is no Huffman code', '40 84 ffff ffff 0161'],
  ['a text is no Huffman code', '40 84 ffff fffc 0161'],
  ['a text is no Huffman code', '40 82 1fff 0161'],
  ['a text is no Huffman code', '40 81 18 0161'],
])('refuses: %s (%s)', (what, block) => {
  expect(() => new HpackDecoder().decode(hex(block))).toThrow(`malformed header block: ${what}`);
});

test('refuses more headers than a server should keep', () => {
  const most = literals({ a: 'x'.repeat(100) });
  const blocks = Buffer.concat(Array<Buffer>(Math.ceil(MAX_HEADER_LIST / 133) + 1).fill(most));

  expect(() => new HpackDecoder().decode(blocks)).toThrow('headers are longer than 65536 bytes');
});
