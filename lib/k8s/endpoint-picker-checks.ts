import { isMutableImage } from '../core/image';
import {
  checkExtraArgs,
  checkKnownFlags,
  checkRange,
  checkRefusedFlags,
  checkVariableNames,
} from '../core/launch-checks';
import { checkPickerConfig } from '../core/picker/check-config';
import { FIXED_PICKER_FLAGS, PICKER_FLAGS, PICKER_VARIABLES } from '../core/picker/managed-flags';
import { PickerPorts } from '../core/ports';
import { oneOf, problemsOf, type Problem } from '../core/problem';
import { type EndpointPicker } from './endpoint-picker';
import { type EndpointPickerProps } from './endpoint-picker-props';
import { renderIfChanged } from './manifest-index';
import { checkNamespace, namespaceOf } from './namespace';

/** Everything wrong with an endpoint picker. */
export function checkEndpointPicker(picker: EndpointPicker, props: EndpointPickerProps): readonly Problem[] {
  const extraArgs = props.extraArgs ?? [];
  return problemsOf(
    checkImage(picker),
    checkFlavor(picker),
    checkPoolNamespace(picker),
    checkService(picker),
    picker.metricsAuth
      ? checkNamespace(picker, 'the cluster-wide right to review tokens names the namespace')
      : undefined,
    checkExtraArgs(extraArgs, PICKER_FLAGS),
    checkRefusedFlags(extraArgs, { ...FIXED_PICKER_FLAGS, ...picker.flavor.refusedFlags }),
    checkKnownFlags(extraArgs, picker.flavor.flags, picker.flavor.refusedFlags),
    checkEnvironment(props),
    checkResources(picker, props),
    checkRange('replicas', picker.replicas, { min: 1, max: 100, whole: true }, 'it counts pods'),
    checkPickerConfig(picker.config, picker.flavor, props.customPlugins),
  );
}

function checkImage(picker: EndpointPicker): Problem | undefined {
  if (picker.image !== undefined && picker.image.trim() !== '') return undefined;
  return {
    what: `${picker.flavor.displayName} has no image`,
    why: 'it is built and pushed by each team; there is no public one',
    fix: `set image: 'REGION-docker.pkg.dev/PROJECT/REPOSITORY/endpoint-picker@sha256:...', or choose PickerFlavor.LLM_D_ROUTER`,
  };
}

function checkFlavor(picker: EndpointPicker): readonly Problem[] {
  const { flavor, pool } = picker;
  return problemsOf(
    flavor.poolApis.includes(pool.api)
      ? undefined
      : {
          what: `${flavor.displayName} with API profile ${pool.api}`,
          why: `it reads InferencePool ${oneOf(flavor.poolApis)} only`,
          fix: 'use PickerFlavor.BUNDLED, or API profile v1 on GKE 1.34.0-gke.1626000 or newer',
        },
    flavor.objectiveGroups.includes(picker.objectiveGroup)
      ? undefined
      : {
          what: `${flavor.displayName} with objectives in ${picker.objectiveGroup}`,
          why: `it reads ${oneOf(flavor.objectiveGroups)} only and would silently ignore them`,
          fix: 'leave the group of objectives to the picker, or choose another flavor',
        },
  );
}

interface RenderedService {
  readonly spec?: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly { readonly port: number }[];
  };
}

interface RenderedDeployment {
  readonly spec?: {
    readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
  };
}

/** Checks by what is rendered, overrides included, that the Service still leads from the pool to the pods. */
function checkService(picker: EndpointPicker): readonly Problem[] {
  const service = renderIfChanged(picker.service) as RenderedService | undefined;
  const deployment = renderIfChanged(picker.deployment) as RenderedDeployment | undefined;
  const selector = service?.spec?.selector ?? picker.selectorLabels;
  const labels = deployment?.spec?.template?.metadata?.labels ?? picker.selectorLabels;
  const ports = service?.spec?.ports?.map(({ port }) => port) ?? [PickerPorts.EXT_PROC];
  const lost = Object.entries(selector).filter(([key, value]) => labels[key] !== value);
  const fix = 'remove the override';
  return problemsOf(
    lost.map(([key, value]) => ({
      what: `the Service of the picker selects ${key}=${value}`,
      why: 'its pods do not have that label, so the gateway would reach none',
      fix,
    })),
    ports.includes(PickerPorts.EXT_PROC)
      ? undefined
      : {
          what: `the Service of the picker has ports ${ports.join(', ')}`,
          why: `its pool refers to port ${PickerPorts.EXT_PROC}`,
          fix,
        },
  );
}

function checkEnvironment(props: EndpointPickerProps): readonly Problem[] {
  const env = props.env ?? {};
  const taken = PICKER_VARIABLES.filter((name) => Object.hasOwn(env, name));
  return problemsOf(
    checkVariableNames(env),
    taken.map((name) => ({
      what: `env has ${name}`,
      why: 'the picker reads from it where it runs',
      fix: 'remove it',
    })),
  );
}

function checkResources(picker: EndpointPicker, props: EndpointPickerProps): readonly Problem[] {
  const amount = { min: 0.01, max: Number.MAX_SAFE_INTEGER, whole: false };
  const seconds = { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true };
  return problemsOf(
    checkRange('cpu', props.cpu, amount, 'it counts cores'),
    checkRange('memoryGib', props.memoryGib, amount, 'the picker keeps an index of prefixes in memory'),
    checkRange('drainTimeout (seconds)', picker.drainSeconds, seconds, 'the flag takes whole seconds'),
  );
}

function checkPoolNamespace(picker: EndpointPicker): Problem | undefined {
  const [here, there] = [namespaceOf(picker), picker.pool.namespace];
  if (here === there) return undefined;
  return {
    what: `the picker is in namespace '${here ?? 'default'}', its pool in '${there ?? 'default'}'`,
    why: 'a pool refers to a Service of its own namespace',
    fix: 'make both in charts of the same namespace',
  };
}

/** What works but may surprise. */
export function endpointPickerWarnings(picker: EndpointPicker): readonly string[] {
  const image = picker.image;
  const split = picker.replicas > 1 && !picker.leaderElection && picker.flavor.highAvailability === 'leader-election';
  return [
    ...(image !== undefined && isMutableImage(image)
      ? [`image ${image} can change under you; pin it by version or digest`]
      : []),
    ...(split
      ? [
          `active pickers of ${picker.flavor.displayName} know nothing of each other's requests; leader-election suits it better`,
        ]
      : []),
  ];
}
