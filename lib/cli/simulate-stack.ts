import type { EndpointPickerConfig } from '../core/picker/config';
import { oneOf } from '../core/problem';
import type { ManifestFile } from '../local/manifests/object';
import { readTopology } from '../local/manifests/read-topology';
import type { LocalPool, ServerDeployment } from '../local/manifests/topology';
import { serverPlan } from '../local/model-server/server-plan';
import { loadPickerConfig } from '../picker/scheduling/config/load-config';
import type { ServerPlan } from '../simulator/cluster';
import { acceleratorNamed, modelNamed, refuse } from './simulate-names';

/** What the simulator takes from a stack. */
export interface StackPlan {
  readonly pool: string;
  readonly replicas: number;
  readonly server: ServerPlan;
  /** The configuration that its picker runs with; undefined for the default. */
  readonly config: EndpointPickerConfig | undefined;
}

/** The pool of some manifests: its servers and its picker. `wanted` names one where there are several. */
export function stackPlan(files: readonly ManifestFile[], wanted: string | undefined): StackPlan {
  const pool = chosenPool(readTopology(files).pools, wanted);
  const [deployment] = pool.servers;
  if (deployment === undefined) {
    return refuse({
      what: `InferencePool ${pool.name}`,
      why: 'no Deployment of model servers has its labels',
      fix: 'give the file with the model server too',
    });
  }
  const { configText, configWhere } = pool.picker;
  return {
    pool: pool.name,
    replicas: deployment.replicas,
    server: planOf(deployment),
    config: configText === undefined ? undefined : loadPickerConfig(configText, configWhere ?? pool.name).config,
  };
}

function chosenPool(pools: readonly LocalPool[], wanted: string | undefined): LocalPool {
  const [first] = pools;
  const found = wanted === undefined ? first : pools.find(({ name }) => name === wanted);
  if (found !== undefined && (wanted !== undefined || pools.length === 1)) return found;
  const names = pools.map(({ name }) => name);
  return refuse({
    what: wanted === undefined ? `--stack with ${pools.length} pools` : `--pool ${wanted}`,
    why: wanted === undefined ? 'one pool is simulated at a time' : 'the stack has no pool of that name',
    fix: names.length === 0 ? 'give manifests with an InferencePool' : `choose one with --pool: ${oneOf(names)}`,
  });
}

function planOf(deployment: ServerDeployment): ServerPlan {
  const { settings, acceleratorLabel, where } = deployment;
  if (acceleratorLabel === undefined) {
    return refuse({
      what: `the Deployment at ${where}`,
      why: 'it selects no accelerator, and steps take their time from it',
      fix: 'give --accelerator, --model and --replicas in place of --stack',
    });
  }
  return serverPlan(deployment, modelNamed(settings.model), acceleratorNamed(acceleratorLabel));
}
