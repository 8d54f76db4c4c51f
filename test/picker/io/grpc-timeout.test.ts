import { parseGrpcTimeout } from '../../../lib/picker/io/grpc-timeout';

test.each([
  ['2H', 7_200_000],
  ['3M', 180_000],
  ['10S', 10_000],
  ['250m', 250],
  ['1500u', 1.5],
  ['99999999n', 99.999999],
  ['99999999H', 2 ** 31 - 1],
])('%s is %d ms', (header, ms) => {
  expect(parseGrpcTimeout(header)).toBeCloseTo(ms, 9);
});

test.each([undefined, '', '5', 'm', '123456789S', '-1S', '5s', '1.5S', ['1S']])('%j is no time', (header) => {
  expect(parseGrpcTimeout(header)).toBeUndefined();
});
