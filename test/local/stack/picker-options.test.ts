import { parse } from 'yaml';
import type { LocalPool } from '../../../lib/local/manifests/topology';
import { localPickerOptions } from '../../../lib/local/stack/picker-options';

const pool = (picker: Partial<LocalPool['picker']> = {}): LocalPool => ({
  name: 'chat',
  namespace: 'inference',
  api: 'v1',
  group: 'inference.networking.k8s.io',
  selector: { app: 'llm' },
  ports: [8000],
  failureMode: 'FailClose',
  servers: [],
  where: 'a.yaml:1',
  picker: {
    name: 'epp',
    namespace: 'inference',
    flavor: 'bundled',
    replicas: 1,
    args: [],
    configText: undefined,
    configWhere: undefined,
    ...picker,
  },
});

test('what needs a cluster, certificates or fixed ports is left out, the rest is as the manifests say', () => {
  const { options, notes } = localPickerOptions(
    pool({
      args: [
        '--grpc-port=9002',
        '--metrics-port=9090',
        '--metrics-endpoint-auth=true',
        '--cert-path=/certs',
        '--tracing=true',
        '--ha-enable-leader-election',
        '--refresh-metrics-interval=75ms',
        '--emit-endpoint-scores',
      ],
    }),
  );

  expect(options).toMatchObject({
    source: { kind: 'pool', name: 'chat', namespace: 'inference' },
    grpc: { port: 0, tls: undefined },
    healthPort: 0,
    admin: { port: 0, metricsAuth: false },
    leaderElection: false,
    tracing: undefined,
    drainMs: 0,
    scrape: { intervalMs: 75 },
    emitScores: true,
  });
  expect(notes).toEqual([]);
});

test('flags of other implementations are not read', () => {
  const { notes } = localPickerOptions(pool({ flavor: 'upstream', args: ['--no-such-flag'] }));

  expect(notes).toEqual(['picker inference/epp is of the kind upstream; the bundled one plays its configuration']);
});

test('further replicas and ports are told', () => {
  expect(localPickerOptions({ ...pool({ replicas: 3 }), ports: [8000, 8001] }).notes).toEqual([
    'picker inference/epp has 3 replicas; one is played',
    'InferencePool inference/chat has 2 ports a pod; one is played',
  ]);
});

test('metrics are read from the port that serves, whatever the configuration says of a cluster', () => {
  const configText = [
    'plugins:',
    '- type: queue-scorer',
    '- type: metrics-data-source',
    '  parameters:',
    '    port: 9400',
    '    scheme: https',
    '    path: /stats',
  ].join('\n');

  const { options } = localPickerOptions(pool({ configText }));

  expect(options.config?.kind === 'text' && parse(options.config.text)).toEqual({
    plugins: [{ type: 'queue-scorer' }, { type: 'metrics-data-source', parameters: { path: '/stats' } }],
  });
});

test('a configuration that is not YAML stays as it is, for the picker to refuse', () => {
  const configText = 'plugins: [metrics-data-source';

  expect(localPickerOptions(pool({ configText })).options.config).toEqual({ kind: 'text', text: configText });
});
