import { Accelerator } from '../../core/accelerators';
import { KNOWN_MODELS, modelFacts } from '../../core/models';
import type { ModelFacts } from '../../core/models/model-facts';
import { nearMiss } from '../../core/near-miss';
import { oneOf, type Problem, ValidationError } from '../../core/problem';
import { KV_BLOCK_TOKENS, startupMs } from '../../core/serving-cost/engine';
import { replicaSettings, type ServerPlan } from '../../simulator/cluster';
import type { ReplicaSettings } from '../../simulator/replica/replica';
import type { ServerDeployment } from '../manifests/topology';
import { serverPlan } from './server-plan';

/** How the replicas of a Deployment are played. */
export interface ServerSetup {
  readonly replica: ReplicaSettings;
  /** Longest prompt and answer together, tokens. */
  readonly maxTokens: number;
  /** Time that a real replica takes to start, ms; an estimate. */
  readonly startupMs: number;
  /** One line: model and GPUs. */
  readonly summary: string;
  /** What had to be assumed. */
  readonly warnings: readonly string[];
}

/**
 * Reads from a Deployment how fast its servers are and what they hold.
 * @throws ValidationError for a model of which nothing is known, or one that does not fit its GPUs
 */
export function serverSetup(deployment: ServerDeployment): ServerSetup {
  const { settings, name, namespace, where } = deployment;
  const place = `Deployment ${namespace}/${name} (${where})`;
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(`${place}: ${text}`);
  const model = factsOf(settings.model, place, warn);
  const plan = serverPlan(deployment, model, acceleratorOf(deployment.acceleratorLabel, warn));
  const replica = settingsOf(plan, place);
  return {
    replica,
    maxTokens: Math.min(replica.maxTokens, replica.blocks * KV_BLOCK_TOKENS),
    startupMs: startupMs(plan),
    summary: `${plan.model.id} on ${plan.gpus} x ${plan.accelerator.displayName}`,
    warnings,
  };
}

/** The simulator does not know of Deployments: its problems get their place here. */
function settingsOf(plan: ServerPlan, place: string): ReplicaSettings {
  try {
    return replicaSettings(plan);
  } catch (error) {
    throw error instanceof ValidationError ? new ValidationError(place, error.problems) : error;
  }
}

/** What CPU-only and unknown nodes are played as: the usual small GPU. */
const STAND_IN = Accelerator.NVIDIA_L4;

function acceleratorOf(label: string | undefined, warn: (text: string) => void): Accelerator {
  const found = Accelerator.all.find(({ gkeAccelerator }) => gkeAccelerator === label);
  if (found !== undefined) return found;
  const said = label === undefined ? 'it selects no accelerator' : `accelerator ${label} is not in the catalogue`;
  warn(`${said}; it is played as on ${STAND_IN.displayName}`);
  return STAND_IN;
}

function factsOf(id: string, place: string, warn: (text: string) => void): ModelFacts {
  const known = modelFacts(id);
  if (known !== undefined) return known;
  const billions = parametersInName(id);
  if (billions === undefined) throw new ValidationError(place, [unknownModel(id)]);
  const like = nearestModel(billions);
  warn(
    `model ${id} is not in the catalogue; it is played as ${billions} billion parameters in the shape of ${like.id}`,
  );
  return { ...like, id, parametersBillion: billions };
}

/** `8B`, `0.5b` or `8x7B` as a part of a name, in billions. */
function parametersInName(id: string): number | undefined {
  const [, experts, size] = /(?:^|[-_/.])(?:(\d+)x)?(\d+(?:\.\d+)?)b(?=$|[-_.:])/i.exec(id) ?? [];
  return size === undefined || Number(size) === 0 ? undefined : Number(experts ?? 1) * Number(size);
}

/** A dense model of the catalogue with about so many parameters: its layers and heads stand for those of the other. */
function nearestModel(billions: number): ModelFacts {
  const distance = ({ parametersBillion }: ModelFacts): number => Math.abs(Math.log(parametersBillion / billions));
  const dense = KNOWN_MODELS.filter(
    (model) => model.activeParametersBillion === undefined && model.quantization === undefined,
  );
  return dense.reduce((best, model) => (distance(model) < distance(best) ? model : best));
}

function unknownModel(id: string): Problem {
  const names = KNOWN_MODELS.map((model) => model.id);
  const meant = nearMiss(id, names);
  return {
    what: `model ${id}`,
    why: 'it is not in the catalogue, and its name tells no number of parameters such as 8B, so nobody knows how fast it is',
    fix:
      meant === undefined
        ? `add it to lib/core/models, or use one of ${oneOf(names)}`
        : `did you mean ${meant}? Else add it to lib/core/models`,
  };
}
