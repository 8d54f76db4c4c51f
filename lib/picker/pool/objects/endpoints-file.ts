import type { LocatedProblem } from '../../../core/located-problem';
import { hostPort } from '../pool-endpoint';
import type { PodFacts } from '../pod-facts';
import { Field, isJsonObject, tryRead } from './field';
import { type ObjectiveFacts } from './inference-objective';
import { readRules, type RewriteFacts } from './inference-model-rewrite';

/** What a file of endpoints says, for use without Kubernetes. */
export interface EndpointsFileContent {
  readonly pods: readonly PodFacts[];
  readonly objectives: readonly Omit<ObjectiveFacts, 'pool'>[];
  readonly rewrites: readonly Omit<RewriteFacts, 'pool'>[];
}

const MAX_PORT = 65_535;

const INT32 = 2 ** 31;

/**
 * Reads the content of a file of endpoints: a list `endpoints` as the Go picker's, and beside it `objectives` and
 * `rewrites`, which are the specs of the objects of these names. Every item with a problem is named.
 */
export function readEndpointsFile(value: unknown, namespace: string): EndpointsFileContent | readonly LocatedProblem[] {
  const root = new Field(value, []);
  const problems: LocatedProblem[] = [];
  const each = <T>(name: string, read: (item: Field, index: number) => T): readonly T[] => {
    const items = tryRead(root, (file) => file.at(name).items());
    if ('problem' in items) problems.push(items);
    const results = ('value' in items ? items.value : []).map((item, i) => tryRead(item, (field) => read(field, i)));
    problems.push(...results.filter((result) => 'problem' in result));
    return results.flatMap((result) => ('value' in result ? [result.value] : []));
  };
  const shape = tryRead(root, (file) => file.only('endpoints', 'objectives', 'rewrites'));
  if ('problem' in shape) problems.push(shape);
  if (!isJsonObject(value)) return problems;
  const pods = each('endpoints', (item) => readEndpoint(item, namespace));
  const objectives = each('objectives', readObjective);
  const rewrites = each('rewrites', readRewrite);
  problems.push(...repeated(root, 'endpoints'), ...repeated(root, 'objectives'), ...repeated(root, 'rewrites'));
  problems.push(...sharedAddresses(pods));
  return problems.length > 0 ? problems : { pods, objectives, rewrites };
}

function readEndpoint(item: Field, namespace: string): PodFacts {
  item.only('name', 'namespace', 'address', 'port', 'ports', 'labels', 'ready');
  const address = item.at('address').string();
  if (!isAddress(address)) item.at('address').fail('is no IP address', 'gateways connect to IP addresses only');
  return {
    name: item.at('name').string(),
    namespace: item.at('namespace').stringOr(namespace),
    uid: address,
    address,
    labels: item.at('labels').texts(),
    ready: item.at('ready').booleanOr(true),
    activePorts: undefined,
    ports: readPorts(item),
  };
}

function readPorts(item: Field): readonly number[] {
  const [port, ports] = [item.at('port'), item.at('ports')];
  if (!port.missing && !ports.missing) return ports.fail('stands beside port', 'give one of the two');
  if (ports.missing) return [readPort(port)];
  const all = ports.items().map(readPort);
  return all.length > 0 ? all : ports.fail('names no port', 'name at least one');
}

/** The Go picker wants a text here. */
function readPort(field: Field): number {
  const { value } = field;
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return new Field(number, field.steps).integer(1, MAX_PORT);
}

function readObjective(item: Field): Omit<ObjectiveFacts, 'pool'> {
  item.only('name', 'priority');
  return { name: item.at('name').string(), priority: item.at('priority').integerOr(-INT32, INT32 - 1, 0) };
}

/** Of two rewrites the first in the file counts as the older. */
function readRewrite(item: Field, index: number): Omit<RewriteFacts, 'pool'> {
  item.only('name', 'rules');
  return { name: item.at('name').string(), createdAt: index, rules: readRules(item) };
}

function repeated(root: Field, list: string): readonly LocatedProblem[] {
  const seen = new Set<unknown>();
  const items = root.at(list);
  if (!Array.isArray(items.value)) return [];
  return items.items().flatMap((item) => {
    const name = isJsonObject(item.value) ? item.value['name'] : undefined;
    const result = tryRead(new Field(name, [...item.steps, 'name']), (field) =>
      name !== undefined && seen.has(name) ? field.fail('stands twice', 'give each its own name') : undefined,
    );
    seen.add(name);
    return 'problem' in result ? [result] : [];
  });
}

function sharedAddresses(pods: readonly PodFacts[]): readonly LocatedProblem[] {
  const owners = new Map<string, string>();
  return pods.flatMap(({ name, address = '', ports = [] }) =>
    ports.flatMap((port) => {
      const at = hostPort(address, port);
      const owner = owners.get(at);
      owners.set(at, name);
      if (owner === undefined) return [];
      const what = `endpoints '${owner}' and '${name}' are both at ${at}`;
      return [
        { path: ['endpoints'], problem: { what, why: 'each would count half of the load', fix: 'remove one of them' } },
      ];
    }),
  );
}

const BYTE = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^(${BYTE}\\.){3}${BYTE}$`);

function isAddress(text: string): boolean {
  return IPV4.test(text) || (/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) && URL.canParse(`http://[${text}]`));
}
