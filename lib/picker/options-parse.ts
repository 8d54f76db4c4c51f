import { POOL_APIS, type ObjectiveGroup } from '../core/api-profile';
import type { FlagName, FlagValues } from '../core/picker/flags';
import { type Problem, problemsOf } from '../core/problem';
import type { ParsedFlags } from './flags-parse';
import { checkFlags } from './options-checks';
import type { AdminOptions, ConfigSource, GrpcOptions, PickerOptions, PoolSource } from './options';
import { opensslSuites } from './options-tls';
import { readTraceSettings } from './telemetry/trace-settings';

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Options of a command line, or what keeps it from making sense. */
export type OptionsResult =
  | { readonly kind: 'options'; readonly options: PickerOptions; readonly warnings: readonly string[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Options of the server from its flags and the environment. Reports everything that is wrong. */
export function parseOptions(flags: ParsedFlags, env: Environment): OptionsResult {
  const strays = flags.operands.map((operand) => ({
    what: `'${operand}' is not a flag`,
    why: 'the picker takes flags only',
    fix: 'remove it, or write it as --flag=value',
  }));
  const tracing = flags.values.tracing ? readTraceSettings(env) : undefined;
  const isProblem = tracing !== undefined && 'what' in tracing;
  const problems = problemsOf(flags.problems, strays, checkFlags(flags), isProblem ? tracing : undefined);
  if (problems.length > 0 || isProblem) return { kind: 'invalid', problems };
  return {
    kind: 'options',
    options: { ...optionsOf(flags.values, env), tracing },
    warnings: [...flags.warnings, ...notes(flags)],
  };
}

/** More often than this the Go picker does not read either. */
const LEAST_REFRESH_MS = 50;

function notes({ values, given }: ParsedFlags): readonly string[] {
  const unused = (flag: FlagName, without: string): readonly string[] =>
    given.has(flag) ? [`--${flag} has no effect without ${without}`] : [];
  return [
    ...(values['refresh-metrics-interval'] < LEAST_REFRESH_MS
      ? [`--refresh-metrics-interval is taken as ${LEAST_REFRESH_MS}ms, the least`]
      : []),
    ...(values['zap-encoder'] === 'console' ? ['--zap-encoder=console has no effect: logs are JSON lines'] : []),
    ...(values['endpoints-file'] === '' ? [] : unused('pool-namespace', 'a cluster')),
  ];
}

function optionsOf(values: FlagValues, env: Environment): Omit<PickerOptions, 'tracing'> {
  return {
    source: sourceOf(values, env),
    config: configOf(values),
    plugins: values.plugin,
    grpc: grpcOf(values),
    healthPort: values['grpc-health-port'],
    admin: adminOf(values),
    scrape: {
      intervalMs: Math.max(LEAST_REFRESH_MS, values['refresh-metrics-interval']),
      stalenessMs: values['metrics-staleness-threshold'],
    },
    ignoreSubset: values['disable-endpoint-subset-filter'],
    emitScores: values['emit-endpoint-scores'],
    leaderElection: values['ha-enable-leader-election'],
    podName: env['POD_NAME'] ?? env['HOSTNAME'] ?? 'endpoint-picker',
    drainMs: values['drain-timeout'],
    verbosity: ZAP_LEVELS[values['zap-log-level']] ?? (Number(values['zap-log-level']) || values.v),
  };
}

/** Verbosities of zap's names. */
const ZAP_LEVELS: Readonly<Record<string, number>> = { debug: 4, info: 2, error: 0, panic: 0 };

function sourceOf(values: FlagValues, env: Environment): PoolSource {
  if (values['endpoints-file'] !== '') return { kind: 'file', path: values['endpoints-file'] };
  if (values['pool-name'] === '' && values['endpoint-selector'] === '') return { kind: 'configured' };
  const cluster = {
    namespace: text(values['pool-namespace']) ?? text(env['NAMESPACE'] ?? '') ?? 'default',
    // The flag takes no other texts.
    objectiveGroup: text(values['objective-group']) as ObjectiveGroup | undefined,
    kubeconfig: text(values.kubeconfig),
  };
  if (values['endpoint-selector'] === '') {
    const api = values['pool-group'] === POOL_APIS.v1.group ? 'v1' : 'v1alpha2';
    return { kind: 'pool', name: values['pool-name'], api, ...cluster };
  }
  return {
    kind: 'selector',
    name: deploymentOf(env['POD_NAME'] ?? 'endpoint-picker'),
    selector: values['endpoint-selector'],
    targetPorts: values['endpoint-target-ports'],
    ...cluster,
  };
}

/** Name of the Deployment in the name of its pod, `<deployment>-<hash of the template>-<random>`. */
function deploymentOf(podName: string): string {
  return /^(.+)-[a-z0-9]{1,10}-[a-z0-9]{5}$/.exec(podName)?.[1] ?? podName;
}

function configOf(values: FlagValues): ConfigSource | undefined {
  if (values['config-file'] !== '') return { kind: 'file', path: values['config-file'] };
  return values['config-text'] === '' ? undefined : { kind: 'text', text: values['config-text'] };
}

function grpcOf(values: FlagValues): GrpcOptions {
  const tls = {
    certPath: text(values['cert-path']),
    reload: values['enable-cert-reload'],
    minVersion: values['tls-min-version'] === 'VersionTLS13' ? ('TLSv1.3' as const) : ('TLSv1.2' as const),
    cipherSuites: opensslSuites(values['tls-cipher-suites']),
  };
  return {
    port: values['grpc-port'],
    tls: values['secure-serving'] ? tls : undefined,
    maxMessageBytes: values['grpc-max-recv-msg-size'],
    maxBodyBytes: values['max-request-body-size'],
    healthChecking: values['health-checking'],
  };
}

function adminOf(values: FlagValues): AdminOptions {
  return {
    port: values['metrics-port'],
    // Without a cluster there is nobody to ask.
    metricsAuth: values['metrics-endpoint-auth'] && (values['pool-name'] !== '' || values['endpoint-selector'] !== ''),
    certDir: text(values['metrics-cert-dir']),
    clientCaFile: text(values['metrics-client-ca-file']),
    debugTokenFile: text(values['debug-token-file']),
    profiling: values['enable-pprof'],
    streamMetrics: values['enable-grpc-stream-metrics'],
  };
}

const text = (value: string): string | undefined => (value === '' ? undefined : value);
