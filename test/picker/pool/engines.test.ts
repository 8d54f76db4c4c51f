import type { LocatedProblem } from '../../../lib/core/located-problem';
import type { Json } from '../../../lib/core/picker/config';
import {
  DEFAULT_EXTRACTOR,
  EngineReaders,
  type ExtractorSettings,
  readExtractorSettings,
} from '../../../lib/picker/pool/engines';
import { ParameterReader } from '../../../lib/picker/scheduling/parameters/parameter-reader';

interface Outcome {
  readonly settings: ExtractorSettings;
  readonly problems: readonly string[];
}

function settingsOf(parameters: Record<string, Json>): Outcome {
  const found: LocatedProblem[] = [];
  const reader = new ParameterReader(parameters, { owner: "plugin 'x'", path: [], report: (one) => found.push(one) });
  const settings = readExtractorSettings(reader);
  return { settings, problems: found.map(({ problem }) => `${problem.what}; ${problem.why}; ${problem.fix}`) };
}

/** What is waiting by the reader for a pod with these labels, of a page with a number for each engine. */
function waiting(settings: ExtractorSettings, labels: Record<string, string>): unknown {
  const page = 'vllm:num_requests_waiting 1\nsglang:num_queue_reqs 2\nown_waiting{q="a"} 3\nown_waiting{q="b"} 9\n';
  const reading = new EngineReaders(settings).readerFor(labels).read(Buffer.from(page), 0);
  return 'what' in reading ? reading.what : reading.metrics.waiting;
}

test.each([
  [{}, 1],
  [{ 'llm-d.ai/engine-type': 'sglang' }, 2],
  [{ 'inference.networking.k8s.io/engine-type': 'sglang' }, 2],
  [{ 'llm-d.ai/engine-type': 'vllm', 'inference.networking.k8s.io/engine-type': 'sglang' }, 1],
  [{ 'llm-d.ai/engine-type': 'unheard-of' }, 1],
])('a pod with the labels %j is read as its engine', (labels, expected) => {
  expect(waiting(DEFAULT_EXTRACTOR, labels)).toBe(expected);
});

test('another default engine and another label can be chosen', () => {
  const { settings, problems } = settingsOf({ defaultEngine: 'sglang', engineLabelKey: 'engine' });

  expect(problems).toEqual([]);
  expect(waiting(settings, {})).toBe(2);
  expect(waiting(settings, { engine: 'vllm' })).toBe(1);
});

test('an entry adds an engine', () => {
  const { settings, problems } = settingsOf({
    engineConfigs: [{ name: 'own', queuedRequestsSpec: 'own_waiting{q="a"}' }],
  });

  expect(problems).toEqual([]);
  expect(waiting(settings, { 'llm-d.ai/engine-type': 'own' })).toBe(3);
});

test('an entry changes what it names of a known engine, and nothing else', () => {
  const { settings } = settingsOf({ engineConfigs: [{ name: 'vllm', queuedRequestsSpec: 'own_waiting{q=b}' }] });

  expect(waiting(settings, {})).toBe(9);
  expect(settings.engines['vllm']).toEqual({ ...DEFAULT_EXTRACTOR.engines['vllm'], waiting: ['own_waiting{q=b}'] });
});

test('an entry may say where the cache is described', () => {
  const { settings } = settingsOf({
    engineConfigs: [
      {
        name: 'own',
        kvUsageSpec: 'u',
        loraSpec: 'l',
        cacheInfoSpec: 'c',
        cacheBlockSizeLabelName: 'bs',
        cacheNumBlocksLabelName: 'nb',
        cacheBlockSizeSpec: 'b',
        cacheNumBlocksSpec: 'n',
        runningRequestsSpec: 'r',
      },
    ],
  });

  expect(settings.engines['own']).toEqual({
    waiting: [],
    running: ['r'],
    kvCacheUsage: ['u'],
    loraInfo: ['l'],
    blockSize: ['b'],
    blocks: ['n'],
    cacheInfo: { series: 'c', blockSizeLabel: 'bs', blocksLabel: 'nb' },
  });
});

test.each([
  [
    { defaultEngine: 'x' },
    `defaultEngine of plugin 'x' is "x"; no engine has that name; use vllm, sglang, trtllm-serve, triton-tensorrt-llm or triton`,
  ],
  [
    { engineConfigs: [{ queuedRequestsSpec: 'm' }] },
    `engineConfigs[0].name of plugin 'x' is not given; an entry is for the pods whose engine label has its name; name it`,
  ],
  [
    { engineConfigs: [{ name: 'e', loraSpec: 'm{a!="b"}' }] },
    `engineConfigs[0].loraSpec of plugin 'x' is "m{a!=\\"b\\"}"; labels are compared with =, not with !=; write name or name{label="value"}`,
  ],
  [
    { engineConfigs: [{ name: 'e', customMetrics: [] }] },
    `engineConfigs[0].customMetrics of plugin 'x' is []; this picker has no scorer that reads them; remove it, or read them in a scorer`,
  ],
])('%j is refused', (parameters, problem) => {
  expect(settingsOf(parameters).problems).toEqual([problem]);
});

test('settings with a selector that cannot be read are refused when readers are made', () => {
  const vllm = { ...DEFAULT_EXTRACTOR.engines['vllm']!, waiting: ['1'] };

  expect(() => new EngineReaders({ ...DEFAULT_EXTRACTOR, engines: { vllm } })).toThrow("engine 'vllm'");
});
