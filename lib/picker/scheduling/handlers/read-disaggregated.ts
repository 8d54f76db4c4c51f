import { isDecider, type Decider } from '../deciders/decider';
import type { ParameterReader } from '../parameters/parameter-reader';
import type { ProfileHandler } from '../plugin';
import type { PluginFactory, PluginSurroundings } from '../plugin-factory';
import { DisaggregatedProfileHandler, type StageProfiles } from './disaggregated';

/** Parameters of older versions, and where each stands today. */
const FLAT: Readonly<Record<string, string>> = {
  decodeProfile: 'profiles.decode',
  prefillProfile: 'profiles.prefill',
  encodeProfile: 'profiles.encode',
  deciderPluginName: 'deciders.prefill',
  prefillDeciderPluginName: 'deciders.prefill',
  encodeDeciderPluginName: 'deciders.encode',
};

interface Raw {
  readonly profiles: StageProfiles;
  readonly prefillDecider: Decider | undefined;
  readonly encodeDecider: Decider | undefined;
}

export const DISAGGREGATED: PluginFactory<ProfileHandler> = {
  type: 'disagg-profile-handler',
  create(name, parameters, around) {
    const stageOrder = parameters.choice('stageOrder', ['decode-first', 'prefill-first'] as const, 'decode-first');
    const flat = Object.keys(FLAT).filter((parameter) => parameters.has(parameter));
    const nested = ['profiles', 'deciders'].some((parameter) => parameters.has(parameter));
    for (const parameter of nested ? flat : []) {
      const why = 'it is the older form, which profiles and deciders take the place of';
      parameters.reject(parameter, why, `move it to ${FLAT[parameter] ?? 'profiles'}`);
    }
    const raw = flat.length > 0 ? readFlat(parameters, around) : readNested(parameters, around);
    checkDecode(parameters, raw.profiles.decode, around);
    if (stageOrder === 'prefill-first' && raw.prefillDecider !== undefined) {
      parameters.reject('deciders', 'with prefill-first every request gets a prefill', 'remove deciders.prefill');
    }
    return new DisaggregatedProfileHandler(name, { stageOrder, ...raw });
  },
};

function readNested(parameters: ParameterReader, around: PluginSurroundings): Raw {
  const profiles = parameters.object('profiles');
  const deciders = parameters.object('deciders');
  const raw: Raw = {
    profiles: {
      decode: profiles.string('decode', 'decode'),
      prefill: profiles.string('prefill', 'prefill'),
      encode: profiles.string('encode', 'encode'),
    },
    prefillDecider: readDecider(deciders, 'prefill', around),
    encodeDecider: readDecider(deciders, 'encode', around),
  };
  return raw;
}

function readFlat(parameters: ParameterReader, around: PluginSurroundings): Raw {
  return {
    profiles: {
      decode: parameters.string('decodeProfile', 'decode'),
      prefill: parameters.string('prefillProfile', 'prefill'),
      encode: parameters.string('encodeProfile', 'encode'),
    },
    prefillDecider:
      readDecider(parameters, 'prefillDeciderPluginName', around) ??
      readDecider(parameters, 'deciderPluginName', around),
    encodeDecider: readDecider(parameters, 'encodeDeciderPluginName', around),
  };
}

function readDecider(parameters: ParameterReader, parameter: string, around: PluginSurroundings): Decider | undefined {
  const name = parameters.string(parameter);
  if (name === undefined) return undefined;
  const plugin = around.plugin(name);
  if (isDecider(plugin)) return plugin;
  const why = plugin === undefined ? 'config.plugins has none of that name' : `it is a ${plugin.type}, not a decider`;
  parameters.reject(parameter, why, 'name a plugin such as prefix-based-pd-decider');
  return undefined;
}

function checkDecode(parameters: ParameterReader, decode: string, { profiles }: PluginSurroundings): void {
  if (profiles.includes(decode)) return;
  parameters.reject(
    'profiles',
    `the profile '${decode}' chooses the pod that answers, and config.schedulingProfiles has none of that name`,
    `add a profile '${decode}', or name another one in profiles.decode`,
  );
}
