import { locateReferenceProblems } from '../../../lib/core/picker/check-references';
import { plugin, type EndpointPickerConfig } from '../../../lib/core/picker/config';
import { PickerFlavor } from '../../../lib/core/picker/flavors';
import type { Problem } from '../../../lib/core/problem';

const { BUNDLED, GAIE, LLM_D_ROUTER } = PickerFlavor;

/** The problems, without their places. */
function checkReferences(...args: Parameters<typeof locateReferenceProblems>): readonly Problem[] {
  return locateReferenceProblems(...args).map(({ problem }) => problem);
}

/** A scorer and a picker, and whatever else. */
function config(overrides: Partial<EndpointPickerConfig> = {}): EndpointPickerConfig {
  return { plugins: [plugin('queue-scorer'), plugin('max-score-picker')], ...overrides };
}

function profile(name: string, ...refs: readonly string[]) {
  return { name, plugins: refs.map((pluginRef) => ({ pluginRef })) };
}

test('nothing is referred to in a configuration without profiles', () => {
  expect(checkReferences(config(), BUNDLED)).toEqual([]);
});

describe('a profile', () => {
  test('refers to plugins that exist', () => {
    expect(checkReferences(config({ schedulingProfiles: [profile('default', 'queue')] }), BUNDLED)).toEqual([
      {
        what: "profile 'default' refers to plugin 'queue'",
        why: 'config.plugins has none of that name',
        fix: 'add it to config.plugins, or use queue-scorer or max-score-picker',
      },
    ]);
  });

  test('finds plugins by the names that they were given', () => {
    const named = config({
      plugins: [plugin('queue-scorer', undefined, 'short-queue')],
      schedulingProfiles: [{ name: 'default', plugins: [{ pluginRef: 'short-queue', weight: 2 }] }],
    });

    expect(checkReferences(named, BUNDLED)).toEqual([]);
  });

  test('does not find a plugin by its type once it has a name', () => {
    const renamed = config({
      plugins: [plugin('queue-scorer', undefined, 'short-queue')],
      schedulingProfiles: [profile('default', 'queue-scorer')],
    });

    expect(checkReferences(renamed, BUNDLED)).toHaveLength(1);
  });

  test('has filters, scorers and pickers only', () => {
    const wrong = config({
      plugins: [plugin('single-profile-handler')],
      schedulingProfiles: [profile('default', 'single-profile-handler')],
    });

    expect(checkReferences(wrong, BUNDLED)).toEqual([
      {
        what: "profile 'default' refers to plugin 'single-profile-handler', a profile-handler",
        why: 'only a filter, scorer, picker or saturation-detector can stand there',
        fix: 'refer to a filter, scorer, picker or saturation-detector',
      },
    ]);
  });

  test('looks at the type of a plugin that has a name of its own', () => {
    const wrong = config({
      plugins: [plugin('openai-parser', undefined, 'queue-scorer')],
      schedulingProfiles: [profile('default', 'queue-scorer')],
    });

    expect(checkReferences(wrong, BUNDLED)[0]?.what).toBe(
      "profile 'default' refers to plugin 'queue-scorer', a parser",
    );
  });

  test.each(['decode-filter', 'queue-scorer', 'max-score-picker'])('may have a %s', (type) => {
    const right = { plugins: [{ type }], schedulingProfiles: [profile('default', type)] };

    expect(checkReferences(right, LLM_D_ROUTER)).toEqual([]);
  });

  // Both are filters as well: endpoint-picker.md 6.2, and detector.go Filter() of each in GAIE 1.5.0.
  test.each([
    ['utilization-detector', GAIE],
    ['concurrency-detector', GAIE],
    ['utilization-detector', LLM_D_ROUTER],
    ['concurrency-detector', LLM_D_ROUTER],
  ] as const)('may filter with a %s (case %#)', (type, flavor) => {
    const right = { plugins: [plugin(type)], schedulingProfiles: [profile('default', type)] };

    expect(checkReferences(right, flavor)).toEqual([]);
  });

  test('may have a plugin that is not known, whatever it is', () => {
    const custom = { plugins: [{ type: 'coffee-maker' }], schedulingProfiles: [profile('default', 'coffee-maker')] };

    expect(checkReferences(custom, BUNDLED)).toEqual([]);
  });

  test('is named in the problems of several', () => {
    const profiles = [profile('prefill', 'a'), profile('decode', 'b')];

    expect(checkReferences(config({ schedulingProfiles: profiles }), BUNDLED).map(({ what }) => what)).toEqual([
      "profile 'prefill' refers to plugin 'a'",
      "profile 'decode' refers to plugin 'b'",
    ]);
  });
});

describe('a weight', () => {
  const weighted = (pluginRef: string, weight: number, plugins: EndpointPickerConfig['plugins'] = config().plugins) =>
    checkReferences({ plugins, schedulingProfiles: [{ name: 'default', plugins: [{ pluginRef, weight }] }] }, BUNDLED);

  test.each([0, 0.5, 1, 1000])('may be %d', (weight) => {
    expect(weighted('queue-scorer', weight)).toEqual([]);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('may not be %d', (weight) => {
    expect(weighted('queue-scorer', weight)).toEqual([
      {
        what: `profile 'default': weight ${weight} of 'queue-scorer'`,
        why: 'scores are multiplied by it and added up',
        fix: 'use a number of zero or more',
      },
    ]);
  });

  test('is for scorers only', () => {
    expect(weighted('max-score-picker', 1)).toEqual([
      {
        what: "profile 'default': 'max-score-picker' has a weight",
        why: 'it is a picker, and only scorers are weighted',
        fix: 'remove the weight',
      },
    ]);
  });

  test('may be on a plugin that is not known', () => {
    expect(weighted('coffee-maker', 1, [{ type: 'coffee-maker' }])).toEqual([]);
  });
});

describe('the saturation detector', () => {
  const detector = (pluginRef: string, ...plugins: EndpointPickerConfig['plugins']) =>
    checkReferences({ plugins, saturationDetector: { pluginRef } }, GAIE);

  test('exists', () => {
    expect(detector('full', plugin('queue-scorer'))).toEqual([
      {
        what: "saturationDetector refers to plugin 'full'",
        why: 'config.plugins has none of that name',
        fix: 'add it to config.plugins, or use queue-scorer',
      },
    ]);
  });

  test('has nothing to be replaced by where there are no plugins', () => {
    expect(detector('full')[0]?.fix).toBe('add it to config.plugins');
  });

  test('detects saturation', () => {
    expect(detector('queue-scorer', plugin('queue-scorer'))).toEqual([
      {
        what: "saturationDetector refers to plugin 'queue-scorer', a scorer",
        why: 'only a saturation-detector can stand there',
        fix: 'refer to a saturation-detector',
      },
    ]);
  });

  test.each(['utilization-detector', 'concurrency-detector'] as const)('may be a %s', (type) => {
    expect(detector(type, plugin(type))).toEqual([]);
  });
});

describe('a priority band', () => {
  const band = (refs: { fairnessPolicyRef?: string; orderingPolicyRef?: string }, ...plugins: readonly string[]) =>
    checkReferences(
      { plugins: plugins.map((type) => ({ type })), flowControl: { priorityBands: [{ priority: -10, ...refs }] } },
      BUNDLED,
    );

  test('refers to policies that exist', () => {
    expect(band({ fairnessPolicyRef: 'fair', orderingPolicyRef: 'fifo' }).map(({ what }) => what)).toEqual([
      "priority band -10 refers to plugin 'fair'",
      "priority band -10 refers to plugin 'fifo'",
    ]);
  });

  test('refers to policies', () => {
    expect(band({ fairnessPolicyRef: 'queue-scorer' }, 'queue-scorer')).toEqual([
      {
        what: "priority band -10 refers to plugin 'queue-scorer', a scorer",
        why: 'only a flow-policy can stand there',
        fix: 'refer to a flow-policy',
      },
    ]);
  });

  test('finds its policies among the plugins', () => {
    const refs = { fairnessPolicyRef: 'round-robin-fairness-policy', orderingPolicyRef: 'edf-ordering-policy' };

    expect(band(refs, 'round-robin-fairness-policy', 'edf-ordering-policy')).toEqual([]);
  });

  // defaults.go registers both.
  test('may refer to the defaults, which are always there', () => {
    expect(
      band({ fairnessPolicyRef: 'global-strict-fairness-policy', orderingPolicyRef: 'fcfs-ordering-policy' }),
    ).toEqual([]);
  });

  test('may be without policies', () => {
    expect(band({})).toEqual([]);
  });
});

describe('the data layer', () => {
  const source = (pluginRef: string, extractor: string, ...plugins: EndpointPickerConfig['plugins']) =>
    checkReferences(
      { plugins, dataLayer: { sources: [{ pluginRef, extractors: [{ pluginRef: extractor }] }] } },
      BUNDLED,
    );

  test('refers to sources and extractors that exist', () => {
    expect(source('metrics', 'core').map(({ what }) => what)).toEqual([
      "dataLayer refers to plugin 'metrics'",
      "dataLayer refers to plugin 'core'",
    ]);
  });

  test('finds them among the plugins', () => {
    const plugins = [plugin('metrics-data-source', undefined, 'metrics'), plugin('core-metrics-extractor')];

    expect(source('metrics', 'core-metrics-extractor', ...plugins)).toEqual([]);
  });

  test('refers to data sources', () => {
    expect(source('queue-scorer', 'queue-scorer', plugin('queue-scorer')).map(({ why }) => why)).toEqual([
      'only a data-source can stand there',
      'only a data-source can stand there',
    ]);
  });
});
