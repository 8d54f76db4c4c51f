import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type CustomPlugins, loadCustomPlugins } from '../../../lib/picker/io/custom-plugins';
import { loadPickerConfig } from '../../../lib/picker/scheduling/config/load-config';
import { type ProfileTrace } from '../../../lib/picker/scheduling/outcome';
import { type FaultReport } from '../../../lib/picker/scheduling/plugin-fault';
import { Scheduler } from '../../../lib/picker/scheduling/scheduler';
import { endpoints, load, request } from '../../support/picker/builders';
import { writeModules } from '../../support/picker/plugin-modules';

const modules = writeModules();

afterAll(() => {
  rmSync(dirname(modules.sample), { recursive: true });
});

const now = (): number => performance.now();

let open: CustomPlugins[] = [];

afterEach(async () => {
  await Promise.all(open.map((plugins) => plugins.close()));
  open = [];
});

/** A scheduler whose only scorer or filter is the one of that type, its threads running. */
async function withPlugin(type: string, parameters = '{}') {
  const plugins = loadCustomPlugins([modules.sample], now);
  open.push(plugins);
  const config = `{apiVersion: llm-d.ai/v1alpha1, kind: EndpointPickerConfig, plugins: [{type: ${type}, parameters: ${parameters}}]}`;
  const { profiles, handler } = loadPickerConfig(config, 'config.yaml', { customPlugins: plugins.factories });
  await plugins.start();
  const faults: FaultReport[] = [];
  const scheduler = new Scheduler({ profiles, handler, onFault: (fault) => faults.push(fault) });
  let clock = 0;
  const decide = (model = 'llama', at = clock++): ProfileTrace => {
    const traces: ProfileTrace[] = [];
    const candidates = endpoints([
      { labels: { zone: 'a', speed: 'slow' } },
      { labels: { zone: 'b', speed: 'fast' }, load: load({ requests: 5 }) },
    ]);
    scheduler.schedule(request({ model }), candidates, { now: at, seed: 1 }, { explain: false, profiles: traces });
    return traces[0]!;
  };
  return { decide, faults };
}

const scoresOf = ({ scorers }: ProfileTrace): readonly number[] => [...scorers[0]!.scores];

/** Asks again and again until the thread answers, for it is started anew in the meantime. */
async function untilAnswered(decide: () => ProfileTrace): Promise<ProfileTrace> {
  for (;;) {
    const trace = decide();
    if (trace.faults.length === 0) return trace;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a plugin in its own thread', () => {
  test('scores with the parameters of the configuration', async () => {
    const { decide, faults } = await withPlugin('zone-scorer', '{zone: a}');

    expect(scoresOf(decide())).toEqual([1, 0.25]);
    expect(faults).toEqual([]);
  });

  test('filters', async () => {
    const { decide } = await withPlugin('fast-filter');

    expect(decide().picked.map(({ slot }) => slot)).toEqual([1]);
  });

  test('that throws has no say and is reported', async () => {
    const { decide, faults } = await withPlugin('throwing-scorer');

    expect(scoresOf(decide())).toEqual([0, 0]);
    expect(faults).toEqual([{ plugin: 'throwing-scorer', kind: 'threw', message: 'no opinion on llama' }]);
  });

  test('that answers no number has no say', async () => {
    const { decide, faults } = await withPlugin('wrong-scorer');

    expect(scoresOf(decide())).toEqual([0, 0]);
    expect(faults).toEqual([
      { plugin: 'wrong-scorer', kind: 'invalid-result', message: 'answered NaN for pod-0-rank-0, not a number' },
    ]);
  });

  test('that answers what cannot be sent has no say', async () => {
    const { decide, faults } = await withPlugin('functions-scorer');

    expect(scoresOf(decide())).toEqual([0, 0]);
    expect(faults).toMatchObject([{ kind: 'threw', message: expect.stringContaining('could not be cloned') }]);
  });

  test.each(['endless-scorer', 'greedy-scorer', 'exiting-scorer'])(
    'that does not come back, %s, is left behind and works again later',
    async (type) => {
      const { decide, faults } = await withPlugin(type);
      // The first answer of a thread may take longer than its limit on a busy machine.
      await untilAnswered(() => decide('llama', 0));
      faults.length = 0;

      expect(scoresOf(decide('loop'))).toEqual([0, 0]);
      expect(faults).toEqual([{ plugin: type, kind: 'timed-out', message: 'took more than 20 ms' }]);
      let later = 0;
      expect(scoresOf(await untilAnswered(() => decide('llama', (later += 1e6))))).toEqual([1, 1]);
    },
  );

  test('is switched off after three faults in a row, for ten seconds', async () => {
    const { decide, faults } = await withPlugin('throwing-scorer');

    for (const at of [0, 1, 2, 3]) decide('llama', at);
    decide('llama', 10_002);

    expect(faults.map(({ kind }) => kind)).toEqual(['threw', 'threw', 'threw', 'switched-off', 'threw']);
    expect(faults[3]?.message).toBe('is off for another 10 s');
  });
});

test('a plugin that wants no thread runs in that of the picker', async () => {
  const { decide } = await withPlugin('in-process-scorer');

  expect(scoresOf(decide())).toEqual([0, 0.5]);
});

describe('a module', () => {
  const problemsOf = (...names: readonly (keyof typeof modules)[]): string => {
    try {
      loadCustomPlugins(
        names.map((name) => modules[name]),
        now,
      );
      return '';
    } catch (error) {
      return (error as Error).message.replaceAll(`${dirname(modules.sample)}/`, '');
    }
  };

  test('without plugins is refused', () => {
    expect(problemsOf('empty')).toBe(
      '--plugin: 1 invalid setting\n  - module empty.cjs has no plugin\n' +
        '      why: none of its exports was made by defineScorer or defineFilter\n' +
        '      fix: export what defineScorer returns',
    );
  });

  test('that throws is refused, with its reason', () => {
    expect(problemsOf('throwing')).toContain(
      '- module throwing.cjs cannot be loaded\n      why: syntax of another world\n' +
        '      fix: build it as one CommonJS file, such as by esbuild --bundle --platform=node',
    );
  });

  test('whose types another module has is refused', () => {
    expect(problemsOf('broken', 'broken')).toContain(
      "plugin type 'broken-scorer' of module broken.cjs\n      why: module broken.cjs has one of that type too",
    );
  });

  test('whose plugin cannot be made keeps the picker from starting', async () => {
    const plugins = loadCustomPlugins([modules.broken], now);
    open.push(plugins);
    const config = '{apiVersion: llm-d.ai/v1alpha1, kind: EndpointPickerConfig, plugins: [{type: broken-scorer}]}';
    loadPickerConfig(config, 'config.yaml', { customPlugins: plugins.factories });

    await expect(plugins.start()).rejects.toThrow(
      /plugin 'broken-scorer' of module .*broken.cjs does not start\n {6}why: no file for it\n {6}fix: correct the module/,
    );
  });

  test('gets the lines of parameters that it does not know', () => {
    const plugins = loadCustomPlugins([modules.sample], now);
    const config =
      'apiVersion: llm-d.ai/v1alpha1\nkind: EndpointPickerConfig\nplugins:\n- type: zone-scorer\n  parameters:\n    zome: a\n';

    expect(() => loadPickerConfig(config, 'config.yaml', { customPlugins: plugins.factories })).toThrow(
      "line 6, column 5: plugin 'zone-scorer' has no parameter 'zome'\n" +
        '      why: the picker refuses to start with a parameter it does not know\n      fix: did you mean zone?',
    );
  });
});
