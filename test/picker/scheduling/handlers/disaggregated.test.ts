import { ALWAYS } from '../../../../lib/picker/scheduling/deciders/always';
import { type Decider } from '../../../../lib/picker/scheduling/deciders/decider';
import { PREFIX_BASED } from '../../../../lib/picker/scheduling/deciders/prefix-based';
import { type Endpoint } from '../../../../lib/picker/scheduling/endpoint';
import { DISAGGREGATED } from '../../../../lib/picker/scheduling/handlers/read-disaggregated';
import { type ProfileHandler } from '../../../../lib/picker/scheduling/plugin';
import { endpoints, prompt, request, schedulingContext } from '../../../support/picker/builders';
import { make } from '../../../support/picker/scoring';

const PROFILES = ['decode', 'prefill', 'encode'];
const [decoder, prefiller, encoder] = endpoints(3);

const plugins: Readonly<Record<string, Decider>> = {
  always: make(ALWAYS).plugin,
  far: make(PREFIX_BASED, { nonCachedTokens: 100 }).plugin,
};

const around = { profiles: PROFILES, plugin: (name: string) => plugins[name] };
const handler = (parameters: never): ProfileHandler => make(DISAGGREGATED, parameters, around).plugin;

const CHOICES: Readonly<Record<string, readonly Endpoint[]>> = {
  decode: [decoder!],
  prefill: [prefiller!],
  encode: [encoder!, prefiller!],
};

/** Names of the profiles that the handler runs, and its conclusion. */
function run(of: ProfileHandler, options = {}, choices = CHOICES) {
  const picked = new Map<string, readonly Endpoint[]>();
  const context = schedulingContext({ ...options, picked });
  for (let name = of.next(context, PROFILES); name !== undefined; name = of.next(context, PROFILES)) {
    picked.set(name, choices[name]!);
  }
  return { order: [...picked.keys()], ...of.conclude(context) };
}

test('decodes alone without deciders', () => {
  expect(run(handler({} as never))).toEqual({
    order: ['decode'],
    primary: 'decode',
    setHeaders: [],
    removeHeaders: ['x-prefiller-host-port', 'x-encoder-hosts-ports'],
    decisionType: 'decode-only',
    failure: 'failed to find available decode workers',
  });
});

test('decodes, encodes and prefills when the deciders say so', () => {
  expect(run(handler({ deciders: { prefill: 'always', encode: 'always' } } as never))).toMatchObject({
    order: ['decode', 'encode', 'prefill'],
    primary: 'decode',
    setHeaders: [
      ['x-prefiller-host-port', '10.0.0.1:8000'],
      ['x-encoder-hosts-ports', '10.0.0.2:8000,10.0.0.1:8000'],
    ],
    removeHeaders: [],
    decisionType: 'encode-prefill-decode',
  });
});

test('prefills first when told so', () => {
  expect(run(handler({ stageOrder: 'prefill-first' } as never))).toMatchObject({
    order: ['prefill', 'decode'],
    decisionType: 'prefill-decode',
  });
});

test('leaves to the decoding pod what no other can do', () => {
  const result = run(handler({ deciders: { prefill: 'always' } } as never), {}, { ...CHOICES, prefill: [] });

  expect(result).toMatchObject({ order: ['decode', 'prefill'], setHeaders: [], decisionType: 'decode-only' });
});

test('has no primary without a decoding pod, and asks no further', () => {
  const result = run(handler({ deciders: { prefill: 'always' } } as never), {}, { ...CHOICES, decode: [] });

  expect(result).toMatchObject({ order: ['decode'], primary: undefined });
});

describe('the decider by prefix', () => {
  const decides = (parameters: never, promptTokens: number, matched: number): boolean => {
    const of = request({ promptTokens, prompt: prompt([1, 2, 3, 4]) });
    const context = schedulingContext({ request: of, matched: [matched] });
    return make(PREFIX_BASED, parameters).plugin.disaggregate(context, decoder);
  };

  // Blocks of 64 tokens.
  test.each([
    [{}, 1000, 0, false],
    [{ nonCachedTokens: 100 }, 164, 1, true],
    [{ nonCachedTokens: 100 }, 163, 1, false],
    [{ nonCachedTokens: 100 }, 99, 0, false],
    [{ nonCachedTokens: 100, promptTokens: 500 }, 499, 0, false],
    [{ nonCachedTokens: 100, promptTokens: 500 }, 500, 0, true],
  ])('%j with %i tokens and %i blocks: %s', (parameters, tokens, matched, expected) => {
    expect(decides(parameters as never, tokens, matched)).toBe(expected);
  });
});

describe('parameters', () => {
  const problems = (parameters: never, profiles = PROFILES): readonly string[] =>
    make(DISAGGREGATED, parameters, { ...around, profiles }).problems;

  test('have an older, flat form', () => {
    const flat = handler({ decodeProfile: 'decode', deciderPluginName: 'always' } as never);

    expect(run(flat).order).toEqual(['decode', 'prefill']);
  });

  test('are in one form', () => {
    expect(problems({ profiles: {}, deciderPluginName: 'always' } as never)).toEqual([
      'deciderPluginName of plugin \'disagg-profile-handler\' is "always": it is the older form, which profiles and ' +
        'deciders take the place of; move it to deciders.prefill',
    ]);
  });

  test('name deciders that are there', () => {
    expect(problems({ deciders: { prefill: 'near' } } as never)).toEqual([
      'deciders.prefill of plugin \'disagg-profile-handler\' is "near": config.plugins has none of that name; ' +
        'name a plugin such as prefix-based-pd-decider',
    ]);
  });

  test('name a profile for decoding', () => {
    expect(problems({} as never, ['default'])).toEqual([
      "profiles of plugin 'disagg-profile-handler' is not given: the profile 'decode' chooses the pod that answers, and " +
        "config.schedulingProfiles has none of that name; add a profile 'decode', or name another one in profiles.decode",
    ]);
  });

  test('have no decider for a prefill that always is', () => {
    expect(problems({ stageOrder: 'prefill-first', deciders: { prefill: 'always' } } as never)).toEqual([
      'deciders of plugin \'disagg-profile-handler\' is {"prefill":"always"}: ' +
        'with prefill-first every request gets a prefill; remove deciders.prefill',
    ]);
  });
});
