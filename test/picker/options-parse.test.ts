import { parseFlags } from '../../lib/picker/flags-parse';
import type { PickerOptions } from '../../lib/picker/options';
import { type Environment, parseOptions } from '../../lib/picker/options-parse';
import { formatProblem } from '../../lib/core/problem';

const parse = (argv: readonly string[], env: Environment = {}) => parseOptions(parseFlags(argv), env);

function options(argv: readonly string[], env: Environment = {}): PickerOptions {
  const result = parse(argv, env);
  if (result.kind === 'invalid') throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.options;
}

function problems(...argv: string[]): readonly string[] {
  const result = parse(argv);
  return result.kind === 'invalid' ? result.problems.map(({ what, fix }) => `${what} -> ${fix}`) : [];
}

describe('the source of endpoints', () => {
  test('is an InferencePool in the namespace of the pod', () => {
    expect(options(['--pool-name=llm'], { NAMESPACE: 'inference' }).source).toEqual({
      kind: 'pool',
      name: 'llm',
      namespace: 'inference',
      api: 'v1',
      objectiveGroup: undefined,
      kubeconfig: undefined,
    });
  });

  test('is in the namespace of the flag before that of the pod, and in default without either', () => {
    const namespaceOf = (argv: readonly string[], env: Environment) => {
      const { source } = options(argv, env);
      return 'namespace' in source ? source.namespace : undefined;
    };

    expect(namespaceOf(['--pool-name=llm', '--pool-namespace=a'], { NAMESPACE: 'b' })).toBe('a');
    expect(namespaceOf(['--pool-name=llm'], {})).toBe('default');
  });

  test('is a pool of the old API when its group is', () => {
    const { source } = options([
      '--pool-name=llm',
      '--pool-group=inference.networking.x-k8s.io',
      '--objective-group=llm-d.ai',
    ]);

    expect(source).toMatchObject({ api: 'v1alpha2', objectiveGroup: 'llm-d.ai' });
  });

  test('is a label selector, named after the Deployment of the pod', () => {
    const argv = ['--endpoint-selector=app=vllm', '--endpoint-target-ports=8000'];

    expect(options(argv, { POD_NAME: 'llm-picker-7c9f8d6b5-x2x4z' }).source).toMatchObject({
      kind: 'selector',
      name: 'llm-picker',
      selector: 'app=vllm',
      targetPorts: [8000],
    });
    expect(options(argv, { POD_NAME: 'alone' }).source).toMatchObject({ name: 'alone' });
  });

  test('may be left to the configuration', () => {
    expect(options(['--config-file=a.yaml'])).toMatchObject({
      source: { kind: 'configured' },
      admin: { metricsAuth: false },
    });
  });

  test('is a file, which nobody can review readers of metrics for', () => {
    const { source, admin } = options(['--endpoints-file=pods.yaml']);

    expect(source).toEqual({ kind: 'file', path: 'pods.yaml' });
    expect(admin.metricsAuth).toBe(false);
  });
});

test('units and names are those of the code', () => {
  expect(
    options([
      '--pool-name=llm',
      '--config-text=plugins: []',
      '--plugin=/plugins/a.js',
      '--grpc-port=1',
      '--grpc-health-port=2',
      '--metrics-port=3',
      '--cert-path=/certs',
      '--enable-cert-reload',
      '--tls-min-version=VersionTLS13',
      '--tls-cipher-suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      '--max-request-body-size=1Mi',
      '--drain-timeout=5s',
      '--zap-log-level=debug',
      '--ha-enable-leader-election',
    ]),
  ).toMatchObject({
    config: { kind: 'text', text: 'plugins: []' },
    plugins: ['/plugins/a.js'],
    grpc: {
      port: 1,
      maxBodyBytes: 2 ** 20,
      tls: {
        certPath: '/certs',
        reload: true,
        minVersion: 'TLSv1.3',
        cipherSuites: ['TLS_AES_128_GCM_SHA256', 'ECDHE-RSA-AES256-GCM-SHA384'],
      },
    },
    healthPort: 2,
    admin: { port: 3, metricsAuth: true },
    drainMs: 5000,
    verbosity: 4,
    leaderElection: true,
  });
});

test.each([
  [['--zap-log-level=3'], 3],
  [['--zap-log-level=error', '--v=5'], 0],
  [['--v=5'], 5],
  [[], 2],
])('%j makes logs of verbosity %d', (argv, verbosity) => {
  expect(options(['--pool-name=llm', ...argv]).verbosity).toBe(verbosity);
});

describe('contradictions', () => {
  test('are refused one and all', () => {
    expect(
      problems(
        '--pool-name=llm',
        '--endpoints-file=pods.yaml',
        '--endpoint-target-ports=8000',
        '--config-file=a',
        '--config-text=b',
        '--metrics-port=9002',
        '--secure-serving=false',
        '--cert-path=/certs',
        '--tls-min-version=VersionTLS12',
        '--tls-cipher-suites=TLS_RSA_WITH_RC4_128_SHA',
        '--metrics-client-ca-file=/ca',
        '--ha-enable-leader-election',
        '--zap-log-level=loud',
        'stray',
      ),
    ).toMatchInlineSnapshot(`
     [
       "'stray' is not a flag -> remove it, or write it as --flag=value",
       "--pool-name and --endpoints-file together -> keep one",
       "--endpoint-target-ports=8000 without --endpoint-selector -> remove it",
       "--config-file and --config-text together -> keep one",
       "--grpc-port and --metrics-port are both 9002 -> choose another --metrics-port",
       "--cert-path with --secure-serving=false -> remove --cert-path, or serve with TLS",
       "--tls-min-version with --secure-serving=false -> remove --tls-min-version, or serve with TLS",
       "--tls-cipher-suites with --secure-serving=false -> remove --tls-cipher-suites, or serve with TLS",
       "--tls-cipher-suites has 'TLS_RSA_WITH_RC4_128_SHA' -> write TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, or leave the flag out",
       "--metrics-client-ca-file without --metrics-cert-dir -> add --metrics-cert-dir",
       "--ha-enable-leader-election without a pool in Kubernetes -> remove --ha-enable-leader-election",
       "--zap-log-level 'loud' -> write --zap-log-level=info",
     ]
    `);
  });

  test.each([
    [
      [],
      'no --pool-name -> give --pool-name, or --endpoint-selector or --endpoints-file to work without an InferencePool',
    ],
    [
      ['--endpoint-selector=a=b'],
      '--endpoint-selector without --endpoint-target-ports -> add --endpoint-target-ports=8000',
    ],
    [['--endpoint-selector=a=b', '--endpoint-target-ports=1,1'], '--endpoint-target-ports=1,1 -> name each port once'],
    [
      ['--pool-name=a', '--enable-cert-reload'],
      '--enable-cert-reload without --cert-path -> add --cert-path, or remove --enable-cert-reload',
    ],
  ])('%j is refused', (argv, text) => {
    expect(problems(...argv)).toEqual([text]);
  });

  test('free ports do not clash', () => {
    expect(problems('--pool-name=a', '--grpc-port=0', '--grpc-health-port=0', '--metrics-port=0')).toEqual([]);
  });

  test('a flag that could not be read is not also reported as missing', () => {
    expect(problems('--pool-nmae=a')).toEqual(['--pool-nmae is not a flag -> write --pool-name']);
    expect(problems('--endpoint-selector=a=b', '--endpoint-target-ports=http')).toEqual([
      "--endpoint-target-ports 'http' -> write --endpoint-target-ports=8000,8001",
    ]);
  });
});

test('what has no effect is said', () => {
  const result = parse([
    '--endpoints-file=a',
    '--pool-namespace=b',
    '--zap-encoder=console',
    '--refresh-metrics-interval=10ms',
  ]);

  expect(result).toMatchObject({
    options: { scrape: { intervalMs: 50 } },
    warnings: [
      '--refresh-metrics-interval is taken as 50ms, the least',
      '--zap-encoder=console has no effect: logs are JSON lines',
      '--pool-namespace has no effect without a cluster',
    ],
  });
});
