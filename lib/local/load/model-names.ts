import type { SimulatedRequest } from '../../simulator/request';
import type { ListedModel } from './types';

/** Adapters of workloads are named by their rank; the most popular comes first. */
const RANK = /(\d+)$/;

/** The name to ask for: workloads number their adapters, and endpoints have names for theirs. */
export function modelFor({ model, adapter }: SimulatedRequest, models: readonly ListedModel[]): string {
  if (!adapter) return model;
  const adapters = models.filter((one) => one.adapter);
  if (adapters.length === 0) return model;
  const rank = Number(RANK.exec(model)?.[1] ?? 0);
  return adapters[rank % adapters.length]?.id ?? model;
}

/** The base model of a list; undefined where it has none. */
export function baseModel(models: readonly ListedModel[]): ListedModel | undefined {
  return models.find(({ adapter }) => !adapter) ?? models[0];
}
