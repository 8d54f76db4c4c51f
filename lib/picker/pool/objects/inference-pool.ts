import { POOL_APIS, type PoolApi } from '../../../core/api-profile';
import { PickerPorts } from '../../../core/ports';
import type { Problem } from '../../../core/problem';
import type { PoolSpec } from '../pod-facts';
import { type Field, readObject } from './field';
import { type ObjectMeta, readMeta } from './meta';

const MAX_PORT = 65_535;

const APP_PROTOCOLS = ['http', 'kubernetes.io/h2c'] as const;

const FAILURE_MODES = ['FailClose', 'FailOpen'] as const;

/** The picker that the gateway asks for a pool. */
export interface PickerRef {
  readonly name: string;
  readonly port: number;
  /** What the gateway does while the picker is away. */
  readonly failureMode: (typeof FAILURE_MODES)[number];
}

/** An InferencePool of either API. */
export interface InferencePoolFacts {
  readonly meta: ObjectMeta;
  readonly spec: PoolSpec & { readonly selector: Readonly<Record<string, string>> };
  /** What the pods speak. */
  readonly appProtocol: (typeof APP_PROTOCOLS)[number];
  readonly picker: PickerRef | undefined;
}

/** Reads an InferencePool of the given API. */
export function readInferencePool(pool: unknown, api: PoolApi): InferencePoolFacts | Problem {
  return readObject(pool, (root) => {
    const meta = readMeta(root);
    const spec = root.at('spec');
    return api === 'v1' ? readV1(meta, spec) : readV1Alpha2(meta, spec);
  });
}

function readV1(meta: ObjectMeta, spec: Field): InferencePoolFacts {
  const ref = spec.at('endpointPickerRef');
  return {
    meta,
    spec: {
      selector: readSelector(spec.at('selector').at('matchLabels')),
      targetPorts: readPorts(spec.at('targetPorts')),
    },
    appProtocol: spec.at('appProtocol').oneOf(APP_PROTOCOLS, 'http'),
    picker: ref.missing ? undefined : readPicker(ref, ref.at('port').at('number')),
  };
}

function readV1Alpha2(meta: ObjectMeta, spec: Field): InferencePoolFacts {
  const ref = spec.at('extensionRef');
  return {
    meta,
    spec: {
      selector: readSelector(spec.at('selector')),
      targetPorts: [spec.at('targetPortNumber').integer(1, MAX_PORT)],
    },
    appProtocol: 'http',
    picker: ref.missing ? undefined : readPicker(ref, ref.at('portNumber')),
  };
}

function readPicker(ref: Field, port: Field): PickerRef {
  return {
    name: ref.at('name').string(),
    port: port.integerOr(1, MAX_PORT, PickerPorts.EXT_PROC),
    failureMode: ref.at('failureMode').oneOf(FAILURE_MODES, 'FailClose'),
  };
}

/** A selector of nothing would take every pod of the namespace. */
function readSelector(field: Field): Readonly<Record<string, string>> {
  const selector = field.texts();
  if (Object.keys(selector).length > 0) return selector;
  return field.fail('selects every pod of the namespace', 'name at least one label');
}

function readPorts(field: Field): readonly number[] {
  const ports = field.items().map((item) => item.at('number').integer(1, MAX_PORT));
  const { maxTargetPorts } = POOL_APIS.v1;
  if (ports.length === 0 || ports.length > maxTargetPorts) {
    return field.fail(`has ${ports.length} ports`, `name 1 to ${maxTargetPorts} ports`);
  }
  if (new Set(ports).size < ports.length) return field.fail('names a port twice', 'name each port once');
  return ports;
}
