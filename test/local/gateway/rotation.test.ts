import { hostPort, Rotation } from '../../../lib/local/gateway/rotation';

const endpoints = [1, 2, 3, 4].map((port) => ({ address: '10.0.0.1', port }));
const ports = (rotation: Rotation, chosen: readonly string[] = []): readonly number[] =>
  rotation.candidates(chosen).map(({ port }) => port);

test('without a choice, requests start at each endpoint in turn and have two more to fall back on', () => {
  const rotation = new Rotation(() => endpoints);

  expect([ports(rotation), ports(rotation), ports(rotation)]).toEqual([
    [1, 2, 3],
    [2, 3, 4],
    [3, 4, 1],
  ]);
});

test('a choice goes first, without what is not there, and takes nobody`s turn', () => {
  const rotation = new Rotation(() => endpoints);

  expect([ports(rotation, ['10.0.0.1:3', '10.9.9.9:1']), ports(rotation)]).toEqual([
    [3, 1, 2],
    [1, 2, 3],
  ]);
});

test('nobody to ask gives nobody', () => {
  expect(ports(new Rotation(() => []), ['10.0.0.1:3'])).toEqual([]);
});

test('IPv6 addresses have brackets', () => {
  expect(hostPort({ address: 'fd00::1', port: 80 })).toBe('[fd00::1]:80');
});
