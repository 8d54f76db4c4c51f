/** Numbers that a page of metrics says of a model server. */
export interface PageNumbers {
  readonly model: string;
  readonly waiting: number;
  readonly running: number;
  /** 0 to 1. */
  readonly kvCacheUsage: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly runningAdapters: readonly string[];
  readonly waitingAdapters: readonly string[];
  readonly maxAdapters: number;
  /** Requests that finished so far. */
  readonly finished: number;
  /** Rows of histograms, so that a page is as long as a real one: `large` gives about 60 KiB. */
  readonly size: 'small' | 'large';
  /** Whether the KV cache's use has the name that it had before vLLM 0.10.2. */
  readonly oldNames: boolean;
}

const LATENCY_BUCKETS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
];
const TOKEN_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** Histograms of vLLM V1, with the buckets that each has, roughly. */
const HISTOGRAMS: readonly (readonly [string, readonly number[]])[] = [
  ['time_to_first_token_seconds', LATENCY_BUCKETS],
  ['inter_token_latency_seconds', LATENCY_BUCKETS],
  ['request_time_per_output_token_seconds', LATENCY_BUCKETS],
  ['e2e_request_latency_seconds', LATENCY_BUCKETS],
  ['request_queue_time_seconds', LATENCY_BUCKETS],
  ['request_inference_time_seconds', LATENCY_BUCKETS],
  ['request_prefill_time_seconds', LATENCY_BUCKETS],
  ['request_decode_time_seconds', LATENCY_BUCKETS],
  ['iteration_tokens_total', TOKEN_BUCKETS],
  ['request_prompt_tokens', TOKEN_BUCKETS],
  ['request_generation_tokens', TOKEN_BUCKETS],
  ['request_max_num_generation_tokens', TOKEN_BUCKETS],
  ['request_params_n', TOKEN_BUCKETS],
  ['request_params_max_tokens', TOKEN_BUCKETS],
];

/** A page of `/metrics` as vLLM writes it, for each engine of a pod. */
export function vllmPage(numbers: PageNumbers, engines = 1): string {
  const ids = Array.from({ length: engines }, (_, i) => String(i));
  const labels = (engine: string): string => `engine="${engine}",model_name="${numbers.model}"`;
  const lines: string[] = processLines();
  const gauge = (name: string, value: number): void => {
    lines.push(`# HELP vllm:${name} A gauge of the engine.`, `# TYPE vllm:${name} gauge`);
    for (const id of ids) lines.push(`vllm:${name}{${labels(id)}} ${float(value)}`);
  };
  gauge('num_requests_running', numbers.running);
  gauge('num_requests_waiting', numbers.waiting);
  gauge(numbers.oldNames ? 'gpu_cache_usage_perc' : 'kv_cache_usage_perc', numbers.kvCacheUsage);
  lines.push('# HELP vllm:request_success_total Finished requests.', '# TYPE vllm:request_success_total counter');
  for (const id of ids) {
    lines.push(`vllm:request_success_total{${labels(id)},finished_reason="stop"} ${float(numbers.finished)}`);
  }
  const repeats = numbers.size === 'large' ? Math.max(1, Math.round(2 / engines)) : 0;
  for (let round = 0; round < repeats; round++) {
    for (const [name, buckets] of HISTOGRAMS)
      lines.push(...histogram(`${name}${round || ''}`, buckets, ids, labels, numbers));
  }
  lines.push('# TYPE vllm:cache_config_info gauge');
  for (const id of ids) {
    lines.push(
      `vllm:cache_config_info{block_size="${numbers.blockSize}",cache_dtype="auto",cpu_offload_gb="0",` +
        `enable_prefix_caching="True",engine="${id}",gpu_memory_utilization="0.9",num_gpu_blocks="${numbers.blocks}",` +
        `num_gpu_blocks_override="None",sliding_window="None",swap_space="4"} 1.0`,
    );
  }
  lines.push('# TYPE vllm:lora_requests_info gauge', loraLine(numbers, 1.7e9 + numbers.finished));
  return `${lines.join('\n')}\n`;
}

/** Series that name the adapters; vLLM leaves older ones beside it, with smaller values. */
export function loraLine(
  numbers: Pick<PageNumbers, 'runningAdapters' | 'waitingAdapters' | 'maxAdapters'>,
  timestamp: number,
): string {
  const running = numbers.runningAdapters.join(',');
  const waiting = numbers.waitingAdapters.join(',');
  return (
    `vllm:lora_requests_info{max_lora="${numbers.maxAdapters}",running_lora_adapters="${running}",` +
    `waiting_lora_adapters="${waiting}"} ${timestamp}`
  );
}

function histogram(
  name: string,
  buckets: readonly number[],
  ids: readonly string[],
  labels: (engine: string) => string,
  { finished }: PageNumbers,
): readonly string[] {
  const lines = [`# HELP vllm:${name} Histogram of the engine.`, `# TYPE vllm:${name} histogram`];
  for (const id of ids) {
    for (const [i, le] of [...buckets, Infinity].entries()) {
      const edge = le === Infinity ? '+Inf' : float(le);
      const count = Math.floor((finished * (i + 1)) / (buckets.length + 1));
      lines.push(`vllm:${name}_bucket{${labels(id)},le="${edge}"} ${float(count)}`);
    }
    lines.push(
      `vllm:${name}_count{${labels(id)}} ${float(finished)}`,
      `vllm:${name}_sum{${labels(id)}} ${finished * 1.37}`,
    );
  }
  return lines;
}

function processLines(): string[] {
  return [
    '# HELP python_gc_objects_collected_total Objects collected during gc',
    '# TYPE python_gc_objects_collected_total counter',
    'python_gc_objects_collected_total{generation="0"} 13172.0',
    'python_gc_objects_collected_total{generation="1"} 2340.0',
    '# HELP process_resident_memory_bytes Resident memory size in bytes.',
    '# TYPE process_resident_memory_bytes gauge',
    'process_resident_memory_bytes 6.05065216e+09',
  ];
}

function float(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
