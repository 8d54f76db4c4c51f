import type { LocatedProblem } from '../../../lib/core/located-problem';
import type { Json } from '../../../lib/core/picker/config';
import { DEFAULT_SOURCE, type MetricsSource, readMetricsSource } from '../../../lib/picker/pool/metrics-source';
import { ParameterReader } from '../../../lib/picker/scheduling/parameters/parameter-reader';

function read(parameters: Record<string, Json>): readonly [MetricsSource, readonly string[]] {
  const found: LocatedProblem[] = [];
  const reader = new ParameterReader(parameters, { owner: "plugin 'x'", path: [], report: (one) => found.push(one) });
  const source = readMetricsSource(reader);
  reader.finish();
  return [source, found.map(({ problem }) => `${problem.what}; ${problem.why}; ${problem.fix}`)];
}

test('without parameters the metrics are where the model is', () => {
  expect(read({})).toEqual([DEFAULT_SOURCE, []]);
});

test('every parameter is read', () => {
  const given = {
    scheme: 'https',
    path: '/m',
    port: 9100,
    insecureSkipVerify: false,
    caCertPath: '/ca',
    clientCertPath: '/cert',
    clientKeyPath: '/key',
  };

  expect(read({ ...given, interval: '200ms' })).toEqual([{ ...given, intervalMs: 200 }, []]);
});

test.each([
  [{ path: 'm' }, `path of plugin 'x' is "m"; a path begins with a slash; write /m`],
  [
    { clientCertPath: '/c' },
    `clientKeyPath of plugin 'x' is not given; a certificate and its key are of no use without each other; give both, or neither`,
  ],
])('%j is refused', (parameters, problem) => {
  expect(read(parameters)[1]).toEqual([problem]);
});
