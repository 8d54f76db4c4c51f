import { ProgressBar } from '../lib/cli/progress';
import { processPort } from '../lib/cli/port';
import { progressNote } from '../lib/cli/load';
import { startStackAdmin } from '../lib/local/admin/stack-admin';
import { type StackLoad, startStackLoad } from '../lib/local/admin/stack-loads';
import { startGateway } from '../lib/local/gateway/start-gateway';
import { loadTable } from '../lib/local/load/load-table';
import type { ManifestFile } from '../lib/local/manifests/object';
import { readTopology } from '../lib/local/manifests/read-topology';
import type { Topology } from '../lib/local/manifests/topology';
import { systemTiming } from '../lib/local/model-server/io/timing';
import { startLocalStack } from '../lib/local/stack/start-stack';
import type { LocalStack } from '../lib/local/stack/types';
import { bundlePage } from './bundle-page';

/** How much faster than real GPUs the simulated ones are, so that the run is over soon. */
const SPEED = 3;
/** Time that the servers load their models, seconds. */
const LOAD_SECONDS = 2;
/** The workload: enough for the servers to be busy, and to be over within a minute. Times are those of the servers. */
const LOAD = { workload: 'chat', ratePerGpu: 0.65, seconds: 105, seed: 7 } as const;

export interface TryOutOptions {
  /** Goes on with a page at real speed until the signal. */
  readonly stay: boolean;
  readonly signal: AbortSignal;
}

/** Runs manifests on this machine, sends the same chats through the picker and through a plain Service, and compares. */
export async function tryOut(manifests: readonly ManifestFile[], { stay, signal }: TryOutOptions): Promise<void> {
  const topology = readTopology(manifests);
  if (topology.pools.length === 0) {
    console.log('\nNothing is tried out: the manifests have no InferencePool with model servers.');
    return;
  }
  const stack = await startLocalStack(topology, {
    startGateway,
    compare: 'round-robin',
    speed: stay ? 1 : SPEED,
    loadSeconds: LOAD_SECONDS,
    signal,
  });
  try {
    console.log(`\n${introduction(stack, stay)}`);
    await stack.whenReady();
    signal.throwIfAborted();
    if (stay) await show(stack, signal);
    else await compare(stack, topology, signal);
  } finally {
    await stack.stop();
  }
}

function introduction({ urls, deployments, notes }: LocalStack, stay: boolean): string {
  const pace = stay ? 'in real time' : `${SPEED} times as fast as real ones`;
  return [
    `On this machine: ${deployments.map(({ replicas, server }) => `${replicas} x ${server}`).join(' and ')}, simulated ${pace},`,
    'once behind the endpoint picker and once behind a plain Service.',
    ...urls.map(({ lane, url }) => `  ${lane.padEnd(12)}  ${url}`),
    ...notes.map((note) => `note: ${note}`),
  ].join('\n');
}

async function compare(stack: LocalStack, topology: Topology, signal: AbortSignal): Promise<void> {
  const { workload, ratePerGpu, seconds, seed } = LOAD;
  const gpus = topology.pools
    .flatMap(({ servers }) => servers)
    .reduce((sum, { replicas, gpus: each }) => sum + replicas * Math.max(1, each), 0);
  const rate = Number((gpus * ratePerGpu).toFixed(1));
  const load = await startStackLoad({
    urls: stack.urls,
    workload,
    rate,
    seconds,
    speed: SPEED,
    seed,
    timing: systemTiming,
  });
  const stop = (): void => {
    load.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  const results = await shown(load);
  signal.removeEventListener('abort', stop);
  console.log(
    `\n${workload} at ${rate} requests a second for ${seconds} s of the servers' time (${seconds / SPEED} s here), ` +
      `the same for both; times are those of the simulated GPUs, measured in this run:\n\n${loadTable(results)}`,
  );
  signal.throwIfAborted();
}

/** Follows a load to its end. */
async function shown(load: StackLoad): ReturnType<typeof resultsOf> {
  const bar = new ProgressBar(processPort());
  const timer = setInterval(() => {
    const state = load.state();
    bar.show(state.workload, state.elapsedSeconds / state.seconds, progressNote(state));
  }, 100);
  try {
    return await resultsOf(load);
  } finally {
    clearInterval(timer);
    bar.clear();
  }
}

const resultsOf = ({ results }: StackLoad): StackLoad['results'] => results;

/** The page, until the signal. */
async function show(stack: LocalStack, signal: AbortSignal): Promise<void> {
  const page = await startStackAdmin(stack, 0, { assets: await bundlePage() });
  try {
    console.log(`  page          ${page.url}\n\nCtrl-C stops everything.`);
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve, { once: true });
    });
  } finally {
    await page.stop();
  }
}
