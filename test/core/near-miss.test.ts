import { nearMiss } from '../../lib/core/near-miss';

const NAMES = ['pool-name', 'pool-namespace', 'grpc-port', 'v'];

test.each([
  ['pool-nam', 'pool-name'],
  ['pool-nmae', 'pool-name'],
  ['Pool-Name', 'pool-name'],
  ['poolname', 'pool-name'],
  ['grpc_port', 'grpc-port'],
])('%s probably means %s', (written, meant) => {
  expect(nearMiss(written, NAMES)).toBe(meant);
});

test('proposes nothing where no name is close', () => {
  expect(nearMiss('kubernetes', NAMES)).toBeUndefined();
});
