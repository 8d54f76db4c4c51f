import type { FlagName, FlagValues } from '../core/picker/flags';
import { allOf, type Problem, problemsOf } from '../core/problem';
import type { ParsedFlags } from './flags-parse';
import { checkSuites } from './options-tls';

const MOST_TARGET_PORTS = 8;

/** Everything that is wrong between flags that are right one by one. */
export function checkFlags({ values, problems }: ParsedFlags): readonly Problem[] {
  // A flag that could not be read would be reported as missing once more.
  const unread = (flag: FlagName): boolean =>
    problems.some(({ what, fix }) => what.startsWith(`--${flag} `) || fix === `write --${flag}`);
  return problemsOf(
    unread('pool-name') || unread('endpoint-selector') || unread('endpoints-file') ? undefined : checkSource(values),
    unread('endpoint-target-ports') ? undefined : checkTargetPorts(values),
    checkConfig(values),
    checkPorts(values),
    checkTls(values),
    checkSuites(values['tls-cipher-suites']),
    checkAdmin(values),
    checkElection(values),
    checkLogLevel(values['zap-log-level']),
  );
}

/** Said of a picker without endpoints. */
export const NO_SOURCE: Problem = {
  what: 'no --pool-name',
  why: 'the picker does not know whose pods to choose among',
  fix: 'give --pool-name, or --endpoint-selector or --endpoints-file to work without an InferencePool',
};

function checkSource(values: FlagValues): Problem | undefined {
  const sources = (['pool-name', 'endpoint-selector', 'endpoints-file'] as const).filter((name) => values[name] !== '');
  if (sources.length === 1) return undefined;
  if (sources.length === 0) {
    // A configuration may name them; whoever reads it finds out.
    return values['config-file'] === '' && values['config-text'] === '' ? NO_SOURCE : undefined;
  }
  return {
    what: `${allOf(sources.map((name) => `--${name}`))} together`,
    why: 'each says where the endpoints come from',
    fix: 'keep one',
  };
}

function checkTargetPorts(values: FlagValues): Problem | undefined {
  const ports = values['endpoint-target-ports'];
  const selects = values['endpoint-selector'] !== '';
  if (!selects) {
    if (ports.length === 0) return undefined;
    return {
      what: `--endpoint-target-ports=${ports.join(',')} without --endpoint-selector`,
      why: 'an InferencePool or a file of endpoints names the ports itself',
      fix: 'remove it',
    };
  }
  if (ports.length === 0) {
    return {
      what: '--endpoint-selector without --endpoint-target-ports',
      why: 'labels do not say on which port a pod serves',
      fix: 'add --endpoint-target-ports=8000',
    };
  }
  if (ports.length <= MOST_TARGET_PORTS && new Set(ports).size === ports.length) return undefined;
  return {
    what: `--endpoint-target-ports=${ports.join(',')}`,
    why: `it names 1 to ${MOST_TARGET_PORTS} different ports`,
    fix: 'name each port once',
  };
}

function checkConfig(values: FlagValues): Problem | undefined {
  if (values['config-file'] === '' || values['config-text'] === '') return undefined;
  return { what: '--config-file and --config-text together', why: 'there is one configuration', fix: 'keep one' };
}

function checkPorts(values: FlagValues): readonly Problem[] {
  const names = ['grpc-port', 'grpc-health-port', 'metrics-port'] as const;
  return names.flatMap((name, i) => {
    const other = names.slice(0, i).find((earlier) => values[earlier] === values[name]);
    if (other === undefined || values[name] === 0) return [];
    return [
      {
        what: `--${other} and --${name} are both ${values[name]}`,
        why: 'each has a server of its own',
        fix: `choose another --${name}`,
      },
    ];
  });
}

function checkTls(values: FlagValues): readonly Problem[] {
  const withoutTls = (name: FlagName, set: boolean): readonly Problem[] =>
    set && !values['secure-serving']
      ? [
          {
            what: `--${name} with --secure-serving=false`,
            why: 'without TLS it has no meaning',
            fix: `remove --${name}, or serve with TLS`,
          },
        ]
      : [];
  return problemsOf(
    withoutTls('cert-path', values['cert-path'] !== ''),
    withoutTls('tls-min-version', values['tls-min-version'] !== ''),
    withoutTls('tls-cipher-suites', values['tls-cipher-suites'].length > 0),
    values['enable-cert-reload'] && values['cert-path'] === ''
      ? {
          what: '--enable-cert-reload without --cert-path',
          why: 'there is no file to read again',
          fix: 'add --cert-path, or remove --enable-cert-reload',
        }
      : undefined,
  );
}

function checkAdmin(values: FlagValues): Problem | undefined {
  if (values['metrics-client-ca-file'] === '' || values['metrics-cert-dir'] !== '') return undefined;
  return {
    what: '--metrics-client-ca-file without --metrics-cert-dir',
    why: 'certificates of clients are asked for in TLS only',
    fix: 'add --metrics-cert-dir',
  };
}

function checkElection(values: FlagValues): Problem | undefined {
  const inCluster = values['pool-name'] !== '' || values['endpoint-selector'] !== '';
  if (!values['ha-enable-leader-election'] || (inCluster && values['endpoints-file'] === '')) return undefined;
  return {
    what: '--ha-enable-leader-election without a pool in Kubernetes',
    why: 'the election is held in Kubernetes',
    fix: 'remove --ha-enable-leader-election',
  };
}

function checkLogLevel(level: string): Problem | undefined {
  if (level === '' || ['debug', 'info', 'error', 'panic'].includes(level) || /^[1-9]\d*$/.test(level)) return undefined;
  return {
    what: `--zap-log-level '${level}'`,
    why: 'it is debug, info, error, panic or a number above 0',
    fix: 'write --zap-log-level=info',
  };
}
