import { ENGINE_METRICS } from '../../../lib/core/engine-metrics';
import { EngineReader, type Reading } from '../../../lib/picker/pool/engine-reader';
import type { EndpointMetrics } from '../../../lib/picker/scheduling/endpoint';
import { loraLine, type PageNumbers, vllmPage } from '../../support/picker/model-server-page';

const NUMBERS: PageNumbers = {
  model: 'm',
  waiting: 3,
  running: 5,
  kvCacheUsage: 0.25,
  blockSize: 16,
  blocks: 1000,
  runningAdapters: ['a', 'b'],
  waitingAdapters: ['c'],
  maxAdapters: 4,
  finished: 100,
  size: 'large',
  oldNames: false,
};

function reader(engine: string): EngineReader {
  const made = EngineReader.of(ENGINE_METRICS[engine]!);
  if ('what' in made) throw new Error(made.what);
  return made;
}

function readPage(engine: string, page: string): Reading {
  const reading = reader(engine).read(Buffer.from(page), 77);
  if ('what' in reading) throw new Error(reading.what);
  return reading;
}

const read = (engine: string, page: string): EndpointMetrics => readPage(engine, page).metrics;

test('a page of vLLM is read in full', () => {
  expect(readPage('vllm', vllmPage(NUMBERS))).toEqual({
    metrics: {
      waiting: 3,
      running: 5,
      kvCacheUsage: 0.25,
      runningAdapters: new Set(['a', 'b']),
      waitingAdapters: new Set(['c']),
      maxAdapters: 4,
      blockSizeTokens: 16,
      blocks: 1000,
      at: 77,
    },
    missing: [],
  });
});

test('a reading cannot be changed', () => {
  expect(Object.isFrozen(read('vllm', vllmPage(NUMBERS)))).toBe(true);
});

test('the old name of the cache usage counts where the new one is missing', () => {
  expect(read('vllm', vllmPage({ ...NUMBERS, oldNames: true })).kvCacheUsage).toBe(0.25);
});

test('the new name of the cache usage wins over the old one', () => {
  const page = 'vllm:gpu_cache_usage_perc 0.9\nvllm:kv_cache_usage_perc 0.1\nvllm:num_requests_waiting 0\n';

  expect(read('vllm', page).kvCacheUsage).toBe(0.1);
});

test('several engines of one pod are added up, their cache usage is averaged', () => {
  const page = [
    'vllm:num_requests_waiting{engine="0"} 1',
    'vllm:num_requests_waiting{engine="1"} 4',
    'vllm:num_requests_running{engine="0"} 2',
    'vllm:num_requests_running{engine="1"} 3',
    'vllm:kv_cache_usage_perc{engine="0"} 0.2',
    'vllm:kv_cache_usage_perc{engine="1"} 0.6',
    'vllm:cache_config_info{engine="0",block_size="16",num_gpu_blocks="100"} 1',
    'vllm:cache_config_info{engine="1",block_size="16",num_gpu_blocks="50"} 1',
  ].join('\n');

  expect(read('vllm', page)).toMatchObject({
    waiting: 5,
    running: 5,
    kvCacheUsage: expect.closeTo(0.4, 12),
    blockSizeTokens: 16,
    blocks: 150,
  });
});

test('of the adapter series the one with the largest value counts', () => {
  const old = loraLine({ runningAdapters: ['old'], waitingAdapters: [], maxAdapters: 1 }, 10);
  const current = loraLine({ runningAdapters: [], waitingAdapters: ['w'], maxAdapters: 2 }, 30);
  const older = loraLine({ runningAdapters: ['older'], waitingAdapters: [], maxAdapters: 1 }, 20);
  const page = `vllm:num_requests_waiting 0\n${old}\n${current}\n${older}\n`;

  expect(read('vllm', page)).toMatchObject({
    runningAdapters: new Set(),
    waitingAdapters: new Set(['w']),
    maxAdapters: 2,
  });
});

test('blanks and empty names in lists of adapters are left out', () => {
  const page = `vllm:num_requests_waiting 0\n${loraLine({ runningAdapters: [' a', '', 'b '], waitingAdapters: [], maxAdapters: 1 }, 1)}\n`;

  expect(read('vllm', page).runningAdapters).toEqual(new Set(['a', 'b']));
});

test('numbers that cannot be are left out, not taken for zero', () => {
  const page = [
    'vllm:num_requests_waiting NaN',
    'vllm:num_requests_running -3',
    'vllm:kv_cache_usage_perc 1.7',
    'vllm:cache_config_info{block_size="None",num_gpu_blocks="0"} 1',
  ].join('\n');

  expect(readPage('vllm', page)).toMatchObject({
    metrics: { waiting: undefined, running: undefined, kvCacheUsage: 1, blockSizeTokens: undefined, blocks: undefined },
    missing: ['vllm:num_requests_waiting', 'vllm:num_requests_running'],
  });
});

test('nothing of a page is left in the next reading', () => {
  const one = reader('vllm');
  one.read(Buffer.from(vllmPage(NUMBERS)), 1);

  expect(one.read(Buffer.from('vllm:num_requests_running 1\n'), 2)).toMatchObject({
    metrics: {
      waiting: undefined,
      running: 1,
      kvCacheUsage: undefined,
      runningAdapters: new Set(),
      maxAdapters: 0,
      blocks: undefined,
      at: 2,
    },
  });
});

test('a page of something else is no reading', () => {
  expect(reader('vllm').read(Buffer.from('<html>hello</html>\nup 1\n'), 0)).toEqual({
    what: 'the page has none of vllm:num_requests_waiting, vllm:num_requests_running, vllm:kv_cache_usage_perc',
    why: 'it is not that of the engine that the pod is said to run',
    fix: 'label the pod with its engine, or point the metrics-data-source to where it serves /metrics',
  });
});

test('a page of SGLang is read', () => {
  const page = [
    'sglang:num_queue_reqs{model_name="m"} 2',
    'sglang:num_running_reqs{model_name="m"} 7',
    'sglang:token_usage{model_name="m"} 0.5',
    'sglang:cache_config_info{page_size="64",num_pages="2000"} 1',
  ].join('\n');

  expect(read('sglang', page)).toMatchObject({
    waiting: 2,
    running: 7,
    kvCacheUsage: 0.5,
    blockSizeTokens: 64,
    blocks: 2000,
  });
});

test('a page of TensorRT-LLM is read', () => {
  const page = [
    'trtllm_num_requests_waiting 2',
    'trtllm_num_requests_running 7',
    'trtllm_kv_cache_utilization 0.5',
    'trtllm_kv_cache_tokens_per_block 32',
    'trtllm_kv_cache_max_blocks 900',
  ].join('\n');

  expect(read('trtllm-serve', page)).toMatchObject({
    waiting: 2,
    running: 7,
    kvCacheUsage: 0.5,
    blockSizeTokens: 32,
    blocks: 900,
  });
});

test('a page of Triton with TensorRT-LLM is read by its labels', () => {
  const page = [
    'nv_trt_llm_request_metrics{model="t",request_type="waiting",version="1"} 2',
    'nv_trt_llm_request_metrics{model="t",request_type="context",version="1"} 99',
    'nv_trt_llm_request_metrics{model="t",request_type="scheduled",version="1"} 7',
    'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="fraction",model="t"} 0.5',
    'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="tokens_per",model="t"} 64',
    'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="max",model="t"} 900',
  ].join('\n');

  expect(read('triton-tensorrt-llm', page)).toMatchObject({
    waiting: 2,
    running: 7,
    kvCacheUsage: 0.5,
    blockSizeTokens: 64,
    blocks: 900,
  });
});

test('a page of Triton is read, models added up, without a cache usage', () => {
  const page = [
    'nv_inference_pending_request_count{model="a"} 2',
    'nv_inference_pending_request_count{model="b"} 3',
    'nv_inference_exec_count{model="a"} 7',
  ].join('\n');

  expect(readPage('triton', page)).toMatchObject({
    metrics: { waiting: 5, running: 7, kvCacheUsage: undefined },
    missing: [],
  });
});

test('a selector that cannot be read is a problem', () => {
  const engine = { ...ENGINE_METRICS['vllm']!, waiting: ['x{'] };

  expect(EngineReader.of(engine)).toMatchObject({ what: "metric 'x{' cannot be read" });
});
