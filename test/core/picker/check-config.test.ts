import fc from 'fast-check';
import { checkPickerConfig, locateConfigProblems } from '../../../lib/core/picker/check-config';
import { plugin, type EndpointPickerConfig } from '../../../lib/core/picker/config';
import { PickerFlavor } from '../../../lib/core/picker/flavors';
import { UPSTREAM_ONLY } from '../../../lib/core/picker/plugins/upstream-only';
import { holds } from '../builders';

const { BUNDLED, GAIE, LLM_D_ROUTER } = PickerFlavor;
const FLAVORS = PickerFlavor.all.map((flavor) => [flavor.displayName, flavor] as const);

/** One profile with a scorer and a picker. */
function config(overrides: Partial<EndpointPickerConfig> = {}): EndpointPickerConfig {
  return {
    plugins: [plugin('queue-scorer'), plugin('max-score-picker')],
    schedulingProfiles: [profile('default', 'queue-scorer', 'max-score-picker')],
    ...overrides,
  };
}

function profile(name: string, ...refs: readonly string[]) {
  return { name, plugins: refs.map((pluginRef) => ({ pluginRef })) };
}

describe.each(FLAVORS)('%s', (_name, flavor) => {
  test.each([true, false])('accepts its default, with adapters: %p', (adapters) => {
    expect(checkPickerConfig(flavor.defaultConfig({ adapters }), flavor)).toEqual([]);
  });

  test('accepts plugins without profiles', () => {
    expect(checkPickerConfig({ plugins: [plugin('queue-scorer')] }, flavor)).toEqual([]);
  });

  test('accepts any weights of its scorers', () => {
    const scorers = Object.entries(flavor.plugins)
      .filter(([, facts]) => facts.kind === 'scorer')
      .map(([type]) => type);
    const weighted = fc.record({
      pluginRef: fc.constantFrom(...scorers),
      weight: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    });
    const anyProfile = fc.uniqueArray(weighted, { selector: (entry) => entry.pluginRef });

    holds(
      fc.property(anyProfile, (plugins) => {
        const any: EndpointPickerConfig = {
          plugins: plugins.map(({ pluginRef }) => ({ type: pluginRef })),
          schedulingProfiles: [{ name: 'default', plugins }],
        };

        expect(checkPickerConfig(any, flavor)).toEqual([]);
      }),
    );
  });

  test('accepts every parameter that its plugins list', () => {
    const plugins = Object.entries(flavor.plugins)
      .filter(([, facts]) => facts.kind !== 'profile-handler')
      .map(([type, { parameters }]) => ({
        type,
        parameters: Object.fromEntries((parameters ?? ['anything']).map((name) => [name, 1])),
      }));

    expect(checkPickerConfig({ plugins }, flavor)).toEqual([]);
  });
});

describe('plugins', () => {
  test('may not share a name', () => {
    const plugins = [plugin('queue-scorer'), plugin('max-score-picker', undefined, 'queue-scorer')];

    expect(checkPickerConfig({ plugins }, BUNDLED)).toEqual([
      {
        what: "config.plugins has two plugins named 'queue-scorer'",
        why: 'profiles refer to plugins by name',
        fix: 'give one of them another name',
      },
    ]);
  });

  test('that share a name three times are one problem', () => {
    const plugins = [plugin('queue-scorer'), plugin('queue-scorer'), plugin('queue-scorer')];

    expect(checkPickerConfig({ plugins }, BUNDLED)).toHaveLength(1);
  });

  test('of one type may differ in their names', () => {
    const plugins = [plugin('queue-scorer'), plugin('queue-scorer', undefined, 'again')];

    expect(checkPickerConfig({ plugins }, BUNDLED)).toEqual([]);
  });

  test('must be known to the flavour', () => {
    expect(checkPickerConfig({ plugins: [{ type: 'load-aware-scorer' }] }, GAIE)).toEqual([
      {
        what: "config.plugins: type 'load-aware-scorer' is unknown to Gateway API Inference Extension 1.5",
        why: 'the picker refuses to start with a plugin it does not know',
        fix: 'use token-load-scorer or inflight-load-producer',
      },
    ]);
  });

  test('that are like nothing known are to be removed', () => {
    expect(checkPickerConfig({ plugins: [{ type: 'coffee-maker' }] }, LLM_D_ROUTER)[0]?.fix).toBe('remove it');
  });

  test('proposed instead are at most three', () => {
    const [problem] = checkPickerConfig({ plugins: [{ type: 'prefix-cache' }] }, LLM_D_ROUTER);

    expect(problem?.fix).toBe('use kv-cache-utilization-scorer, approx-prefix-cache-producer or prefix-cache-scorer');
  });

  test('of a picker that a team builds may be its own', () => {
    expect(checkPickerConfig({ plugins: [{ type: 'coffee-maker' }] }, BUNDLED)).toEqual([
      {
        what: "config.plugins: type 'coffee-maker' is unknown to the bundled endpoint picker",
        why: 'the picker refuses to start with a plugin it does not know',
        fix: 'remove it, or list it in customPlugins if your image has it',
      },
    ]);
    expect(checkPickerConfig({ plugins: [{ type: 'coffee-maker' }] }, BUNDLED, ['coffee-maker'])).toEqual([]);
  });

  test('of a team take whatever parameters they take', () => {
    const plugins = [{ type: 'coffee-maker', parameters: { beans: 'arabica' } }];

    expect(checkPickerConfig({ plugins }, BUNDLED, ['coffee-maker'])).toEqual([]);
  });

  test('take only the parameters that they have', () => {
    expect(checkPickerConfig({ plugins: [plugin('max-score-picker', { max: 1 })] }, BUNDLED)).toEqual([
      {
        what: "config.plugins: 'max-score-picker' has no parameter 'max'",
        why: 'the picker refuses to start with a parameter it does not know',
        fix: 'it takes maxNumOfEndpoints',
      },
    ]);
  });

  test('whose parameters are ignored are told so', () => {
    expect(checkPickerConfig({ plugins: [plugin('token-load-scorer', { threshold: 1 })] }, GAIE)).toEqual([
      {
        what: "config.plugins: 'token-load-scorer' has no parameter 'threshold'",
        why: 'the picker silently ignores a parameter it does not know',
        fix: 'it takes queueThresholdTokens',
      },
    ]);
  });

  test('name all parameters that they take', () => {
    expect(checkPickerConfig({ plugins: [plugin('prefix-cache-scorer', { autoTune: true })] }, LLM_D_ROUTER)).toEqual([
      {
        what: "config.plugins: 'prefix-cache-scorer' has no parameter 'autoTune'",
        why: 'the picker refuses to start with a parameter it does not know',
        fix: 'it takes prefixMatchInfoProducerName, matchLengthWeight and matchLengthScaleTokens',
      },
    ]);
  });

  test('whose parameters are not known take any', () => {
    expect(checkPickerConfig({ plugins: [{ type: 'latency-scorer', parameters: { beans: 1 } }] }, GAIE)).toEqual([]);
  });

  test.each([GAIE, LLM_D_ROUTER].map((flavor) => [flavor.displayName, flavor] as const))(
    'of a team are no part of %s',
    (displayName, flavor) => {
      expect(checkPickerConfig({ plugins: [{ type: 'mine' }] }, flavor, ['mine', 'yours'])).toEqual([
        {
          what: `customPlugins 'mine' and 'yours' with ${displayName}`,
          why: 'only the bundled picker takes plugins of a team',
          fix: 'remove them, or choose PickerFlavor.BUNDLED',
        },
      ]);
    },
  );

  test('without parameters take none', () => {
    expect(checkPickerConfig({ plugins: [plugin('queue-scorer', { threshold: 5 })] }, BUNDLED)[0]?.fix).toBe(
      'it takes none: remove it',
    );
  });
});

describe('profile handlers', () => {
  test('are one at most', () => {
    const plugins = [plugin('single-profile-handler'), plugin('disagg-profile-handler')];

    expect(checkPickerConfig({ plugins }, LLM_D_ROUTER)).toEqual([
      {
        what: 'config.plugins has 2 profile handlers',
        why: 'exactly one decides which profiles run',
        fix: 'keep one of single-profile-handler and disagg-profile-handler',
      },
    ]);
  });

  test.each([
    ['none', []],
    ['one for a single profile', [plugin('single-profile-handler')]],
  ])('for two profiles are not %s', (_what, handlers) => {
    const two = config({
      plugins: [...config().plugins, ...handlers],
      schedulingProfiles: [profile('prefill', 'queue-scorer'), profile('decode', 'queue-scorer')],
    });

    expect(checkPickerConfig(two, LLM_D_ROUTER)).toEqual([
      {
        what: 'config.schedulingProfiles has 2 profiles',
        why: 'without a profile handler for several the picker refuses to start',
        fix: 'add disagg-profile-handler, or keep one profile',
      },
    ]);
  });

  test('for several profiles are not proposed where the picker has none', () => {
    const two = config({ schedulingProfiles: [profile('a', 'queue-scorer'), profile('b', 'queue-scorer')] });

    expect(checkPickerConfig(two, GAIE)).toEqual([
      {
        what: 'config.schedulingProfiles has 2 profiles',
        why: 'without a profile handler for several the picker refuses to start',
        fix: 'keep one profile',
      },
    ]);
  });

  test('for several profiles may be of a team', () => {
    const two = config({
      plugins: [...config().plugins, { type: 'my-handler' }],
      schedulingProfiles: [profile('a', 'queue-scorer'), profile('b', 'queue-scorer')],
    });

    expect(checkPickerConfig(two, BUNDLED, ['my-handler'])).toEqual([]);
  });

  test('for one profile are not made up for by a plugin of a team', () => {
    const two = config({
      plugins: [...config().plugins, plugin('single-profile-handler'), { type: 'my-scorer' }],
      schedulingProfiles: [profile('a', 'queue-scorer'), profile('b', 'queue-scorer')],
    });

    expect(checkPickerConfig(two, BUNDLED, ['my-scorer'])).toHaveLength(1);
  });

  test('for several profiles let there be several', () => {
    const two = config({
      plugins: [...config().plugins, plugin('disagg-profile-handler')],
      schedulingProfiles: [profile('prefill', 'queue-scorer'), profile('decode', 'queue-scorer')],
    });

    expect(checkPickerConfig(two, LLM_D_ROUTER)).toEqual([]);
  });
});

describe('a profile', () => {
  test('has a name of its own', () => {
    const two = config({
      plugins: [...config().plugins, plugin('disagg-profile-handler')],
      schedulingProfiles: [profile('a', 'queue-scorer'), profile('a', 'queue-scorer')],
    });

    expect(checkPickerConfig(two, LLM_D_ROUTER)).toEqual([
      {
        what: "config.schedulingProfiles has two profiles named 'a'",
        why: 'profile handlers refer to profiles by name',
        fix: 'give one of them another name',
      },
    ]);
  });

  test('has one picker', () => {
    const two = config({
      plugins: [...config().plugins, plugin('random-picker')],
      schedulingProfiles: [profile('default', 'queue-scorer', 'max-score-picker', 'random-picker')],
    });

    expect(checkPickerConfig(two, BUNDLED)).toEqual([
      {
        what: "profile 'default' has 2 pickers",
        why: 'one of them has the last word',
        fix: 'keep one of max-score-picker and random-picker',
      },
    ]);
  });
});

describe('flow control', () => {
  const featureGates = ['flowControl'];

  test('is refused with its gate off, because the picker would ignore it', () => {
    expect(checkPickerConfig(config({ flowControl: { maxRequests: 100 } }), BUNDLED)).toEqual([
      {
        what: 'config.flowControl is set but its feature gate is off',
        why: 'the picker ignores the section without the gate',
        fix: "add featureGates: ['flowControl']",
      },
    ]);
  });

  test('is accepted with its gate on', () => {
    const flowControl = { maxRequests: 100, priorityBands: [{ priority: 0, maxRequests: 10 }] };

    expect(checkPickerConfig(config({ featureGates, flowControl }), BUNDLED)).toEqual([]);
  });
});

describe('feature gates', () => {
  test('are known to the flavour', () => {
    expect(checkPickerConfig(config({ featureGates: ['flowcontrol'] }), GAIE)).toEqual([
      {
        what: "config.featureGates: 'flowcontrol' is unknown to Gateway API Inference Extension 1.5",
        why: 'the picker refuses to start with a gate it does not know',
        fix: 'it knows flowControl, dataLayer and enableLegacyMetrics',
      },
    ]);
  });

  test.each(FLAVORS)('of %s are all accepted', (_name, flavor) => {
    expect(checkPickerConfig(config({ featureGates: flavor.featureGates }), flavor)).toEqual([]);
  });

  test('may be turned off by name', () => {
    expect(checkPickerConfig(config({ featureGates: ['haPopulateNonLeaderDatastore=false'] }), LLM_D_ROUTER)).toEqual(
      [],
    );
  });
});

describe('references', () => {
  test('lead to plugins', () => {
    const wrong = config({
      schedulingProfiles: [profile('default', 'tea')],
      saturationDetector: { pluginRef: 'full' },
    });

    expect(checkPickerConfig(wrong, BUNDLED).map(({ what }) => what)).toEqual([
      "profile 'default' refers to plugin 'tea'",
      "saturationDetector refers to plugin 'full'",
    ]);
  });
});

test('a field that the picker does not know is refused', () => {
  const wrong = { ...config(), scheduling: {} };

  expect(checkPickerConfig(wrong, BUNDLED)).toEqual([
    {
      what: "config has a field 'scheduling'",
      why: 'the picker refuses to start with a field it does not know',
      fix: 'it knows featureGates, plugins, schedulingProfiles, saturationDetector, flowControl, dataLayer, parser and requestHandler',
    },
  ]);
});

test('everything wrong with a configuration is said at once', () => {
  const wrong: EndpointPickerConfig = {
    plugins: [plugin('queue-scorer'), plugin('queue-scorer'), { type: 'coffee-maker' }],
    schedulingProfiles: [profile('default', 'tea')],
    saturationDetector: { pluginRef: 'full' },
    flowControl: {},
  };

  expect(checkPickerConfig(wrong, LLM_D_ROUTER)).toHaveLength(5);
});

describe('shadow profiles', () => {
  const shadow = { ...profile('candidate', 'queue-scorer'), shadow: true };

  test('stand beside the one that acts', () => {
    const both = config({ schedulingProfiles: [profile('default', 'queue-scorer'), shadow] });

    expect(checkPickerConfig(both, BUNDLED)).toEqual([]);
  });

  test('cannot serve alone', () => {
    expect(checkPickerConfig(config({ schedulingProfiles: [shadow] }), BUNDLED)).toEqual([
      {
        what: 'config.schedulingProfiles has shadow profiles only',
        why: 'a shadow profile is recorded and chooses nothing, so no request could be served',
        fix: 'add a profile without shadow',
      },
    ]);
  });

  test('are unknown to upstream', () => {
    const both = config({ schedulingProfiles: [profile('default', 'queue-scorer'), shadow] });

    expect(checkPickerConfig(both, LLM_D_ROUTER)).toEqual([
      {
        what: "profile 'candidate' has a field 'shadow'",
        why: 'llm-d router 0.10 has no shadow profiles and refuses to start with a field it does not know',
        fix: 'remove it, or choose PickerFlavor.BUNDLED',
      },
    ]);
  });
});

test('a plugin that only the Go pickers have is refused with what to use instead', () => {
  const wrong = config({ plugins: [plugin('queue-scorer'), plugin('max-score-picker'), plugin('latency-scorer')] });

  expect(checkPickerConfig(wrong, BUNDLED)).toEqual([
    {
      what: "config.plugins: type 'latency-scorer' is unknown to the bundled endpoint picker",
      why: 'only the Go pickers have it: the prediction servers that it needs are not part of this picker',
      fix: 'use token-load-scorer and prefix-cache-affinity-filter',
    },
  ]);
});

test('every plugin that some flavour has is in the bundled picker or has a way without it', () => {
  const types = PickerFlavor.all.flatMap((flavor) => Object.keys(flavor.plugins));

  expect(types.filter((type) => !(type in BUNDLED.plugins) && !(type in UPSTREAM_ONLY))).toEqual([]);
});

test('a problem knows its place', () => {
  const wrong = config({
    plugins: [plugin('queue-scorer', { speed: 1 }), plugin('max-score-picker')],
    schedulingProfiles: [profile('default', 'queue-scorer', 'tea')],
  });

  expect(locateConfigProblems(wrong, BUNDLED).map(({ path }) => path)).toEqual([
    ['plugins', 0, 'parameters', 'speed'],
    ['schedulingProfiles', 0, 'plugins', 1, 'pluginRef'],
  ]);
});
