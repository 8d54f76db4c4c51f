import { TrafficStats } from '../../../lib/local/stack/traffic-stats';

test('a lane tells rates, percentiles and hits of the last seconds, and counts all that ended', () => {
  let now = 0;
  const stats = new TrafficStats(() => now);
  for (let i = 1; i <= 10; i++) {
    now = i * 100;
    stats.arrived();
    stats.admitted(i <= 5 ? 80 : 0, 100);
    stats.firstToken(i / 10);
    stats.ended({ outcome: i === 10 ? 'lost' : 'completed' });
  }
  stats.refused();

  expect(stats.state()).toEqual({
    requestsPerSecond: 2,
    completed: 9,
    failed: 2,
    ttft: { p50: 500, p90: 900, p99: 1000 },
    hitRatio: 0.4,
    history: [],
  });
  now += 120_000;
  expect(stats.state()).toMatchObject({ requestsPerSecond: 0, completed: 9, ttft: { p50: undefined }, hitRatio: 0 });
});

test('history has a point for each second, empty where nothing came', () => {
  let now = 0;
  const stats = new TrafficStats(() => now);
  stats.firstToken(0.2);
  stats.sample(1);
  now = 60_000;
  stats.sample(60);

  expect(stats.state().history).toEqual([
    [1, 200, 200],
    [60, null, null],
  ]);
});
