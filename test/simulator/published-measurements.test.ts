import { Accelerator } from '../../lib/core/accelerators';
import { modelFacts } from '../../lib/core/models';
import type { ModelFacts } from '../../lib/core/models/model-facts';
import { replicaSettings } from '../../lib/simulator/cluster';
import { Replica } from '../../lib/simulator/replica/replica';
import { sequence } from '../../lib/simulator/replica/sequence';
import { distribution } from '../../lib/simulator/summary';
import { stream } from '../../lib/simulator/tokens';

const LLAMA_8B = 'meta-llama/Llama-3.1-8B-Instruct';

interface ClosedLoop {
  readonly tpotMs: number;
  readonly ttftMs: number;
  readonly outputTokensPerSecond: number;
  /** Prompts and answers together. */
  readonly tokensPerSecond: number;
}

interface Load {
  readonly model?: string;
  readonly clients: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Requests in all. */
  readonly total: number;
}

/** Clients that each send a request of fixed lengths as soon as the one before is answered, as benchmarks do. */
function closedLoop(accelerator: Accelerator, load: Load): ClosedLoop {
  const { model = LLAMA_8B, promptTokens, outputTokens } = load;
  const tpots: number[] = [];
  const ttfts: number[] = [];
  let id = 0;
  let lastAt = 0;
  const replica = new Replica(replicaSettings({ model: modelFacts(model) as ModelFacts, accelerator, gpus: 1 }), {
    firstToken: ({ arrivedAt }, at) => ttfts.push(at - arrivedAt),
    finished: ({ firstTokenAt = 0 }, at) => {
      tpots.push((at - firstTokenAt) / (outputTokens - 1));
      lastAt = at;
      if (id < load.total) send(at);
    },
  });
  const send = (at: number): void => {
    const tokens = stream(++id, promptTokens + outputTokens);
    const sent = { model, adapter: false, promptTokens, outputTokens, maxOutputTokens: undefined, tokens };
    replica.enqueue(sequence({ id, session: id, ...sent }, id, at), at);
  };
  for (let i = 0; i < load.clients; i++) send(0);
  while (replica.nextEventAt !== Infinity) replica.advance();
  return {
    tpotMs: distribution(tpots).p50,
    ttftMs: distribution(ttfts).p50,
    outputTokensPerSecond: (load.total * outputTokens * 1000) / lastAt,
    tokensPerSecond: (load.total * (promptTokens + outputTokens) * 1000) / lastAt,
  };
}

/** By how much the simulated value is above the measured one, in per cent. */
const deviation = (simulated: number, measured: number): number => Math.round((simulated / measured - 1) * 100) + 0;

/** @see https://johnmusgrave.com/p/vllm-throughput-latency-sweep-on: vLLM 0.23, 1,024 tokens in and 128 out */
describe('Llama 3.1 8B on an A100 40GB', () => {
  const sweep = (clients: number): ClosedLoop =>
    closedLoop(Accelerator.NVIDIA_A100_40GB, { clients, promptTokens: 1024, outputTokens: 128, total: clients * 20 });

  test('one client: 75 tokens a second were measured', () => {
    expect(deviation(sweep(1).outputTokensPerSecond, 75)).toMatchInlineSnapshot(`-3`);
  });

  test('eight clients: 6.6 times as many', () => {
    expect(deviation(sweep(8).outputTokensPerSecond, 75 * 6.6)).toMatchInlineSnapshot(`-15`);
  });
});

/** @see https://yobitelcomm.github.io/bench/recipes/concurrency-sweep/: vLLM 0.21, short chat prompts */
describe('Llama 3.1 8B on an H100', () => {
  const sweep = (clients: number): ClosedLoop =>
    closedLoop(Accelerator.NVIDIA_H100_80GB, { clients, promptTokens: 128, outputTokens: 128, total: clients * 20 });

  test('one client: 6.48 ms for each token were measured', () => {
    expect(deviation(sweep(1).tpotMs, 6.48)).toMatchInlineSnapshot(`1`);
  });

  test('four clients: 6.59 ms', () => {
    expect(deviation(sweep(4).tpotMs, 6.59)).toMatchInlineSnapshot(`1`);
  });

  // What HTTP, tokenizing and the harness add to a short prompt is not simulated.
  test('one client: 13.98 ms to the first token', () => {
    expect(deviation(sweep(1).ttftMs, 13.98)).toMatchInlineSnapshot(`-53`);
  });
});

/**
 * Everything sent at once, vLLM 0.11 without tuning; tokens a second of prompts and answers.
 * @see https://docs.gpustack.ai/2.3/performance-lab/qwen3-14b/a100/
 * @see https://docs.gpustack.ai/latest/performance-lab/qwen3-32b/a100/
 * @see https://docs.gpustack.ai/latest/performance-lab/qwen3-32b/h100/
 */
describe('throughput', () => {
  const throughput = (accelerator: Accelerator, model: string, promptTokens: number, outputTokens: number): number =>
    closedLoop(accelerator, { model, clients: 300, promptTokens, outputTokens, total: 300 }).tokensPerSecond;
  const { NVIDIA_A100_80GB: A100, NVIDIA_H100_80GB: H100 } = Accelerator;

  test('Qwen3 14B on an A100, 2,000 tokens in and 100 out: 5,967', () => {
    expect(deviation(throughput(A100, 'Qwen/Qwen3-14B', 2000, 100), 5967)).toMatchInlineSnapshot(`-4`);
  });

  test('Qwen3 14B on an A100, 4,000 in and 200 out: 5,153', () => {
    expect(deviation(throughput(A100, 'Qwen/Qwen3-14B', 4000, 200), 5153)).toMatchInlineSnapshot(`2`);
  });

  test('Qwen3 14B on an A100, 32,000 in and 100 out: 4,430', () => {
    expect(deviation(throughput(A100, 'Qwen/Qwen3-14B', 32_000, 100), 4430)).toMatchInlineSnapshot(`-8`);
  });

  test('Qwen3 32B on an A100, 2,000 in and 100 out: 2,521', () => {
    expect(deviation(throughput(A100, 'Qwen/Qwen3-32B', 2000, 100), 2521)).toMatchInlineSnapshot(`-17`);
  });

  test('Qwen3 32B on an H100, 2,000 in and 100 out: 3,195', () => {
    expect(deviation(throughput(H100, 'Qwen/Qwen3-32B', 2000, 100), 3195)).toMatchInlineSnapshot(`51`);
  });

  test('Qwen3 32B on an H100, 4,000 in and 200 out: 2,149', () => {
    expect(deviation(throughput(H100, 'Qwen/Qwen3-32B', 4000, 200), 2149)).toMatchInlineSnapshot(`55`);
  });
});
