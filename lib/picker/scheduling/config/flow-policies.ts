import {
  ATTAINED_SERVICE_HALF_LIFE_MS,
  type FairnessSettings,
  type OrderingPolicy,
  type UsageLimitSettings,
} from '../../admission/settings';
import { carrier } from './carrier';

const fairness = (type: string, settings: FairnessSettings) => carrier('flow-policy', type, () => settings);

export const FAIRNESS_POLICIES = [
  fairness('global-strict-fairness-policy', { kind: 'global-strict' }),
  fairness('round-robin-fairness-policy', { kind: 'round-robin' }),
  carrier('flow-policy', 'program-aware-fairness', (parameters): FairnessSettings => {
    const seconds = parameters.number('lasHalfLifeSeconds', ATTAINED_SERVICE_HALF_LIFE_MS / 1000, { above: 0 });
    return { kind: 'least-attained-service', halfLifeMs: seconds * 1000 };
  }),
];

const ordering = (type: string, policy: OrderingPolicy) => carrier('flow-policy', type, () => policy);

export const ORDERING_POLICIES = [
  ordering('fcfs-ordering-policy', 'fcfs'),
  ordering('edf-ordering-policy', 'edf'),
  ordering('slo-deadline-ordering-policy', 'slo-deadline'),
];

export const USAGE_LIMIT_POLICIES = [
  carrier('flow-policy', 'static-usage-limit-policy', (parameters): UsageLimitSettings => ({
    kind: 'static',
    threshold: parameters.number('threshold', 1, { above: 0 }),
  })),
  carrier('flow-policy', 'priority-holdback-policy', (parameters): UsageLimitSettings => {
    const minCeiling = parameters.number('minCeiling', 1, { above: 0 });
    if (!parameters.has('minCeiling')) {
      parameters.reject('minCeiling', 'it says how much the lowest priority may use', 'give it, such as 0.5');
    }
    const maxCeiling = parameters.number('maxCeiling', 1, { above: 0 });
    if (minCeiling > maxCeiling) {
      parameters.reject('minCeiling', `it is above maxCeiling, ${maxCeiling}`, 'use a number of at most maxCeiling');
    }
    parameters.choice('shape', ['linear'], 'linear');
    const domain = parameters.choice('domain', ['rank', 'value'] as const, 'rank');
    return { kind: 'priority-holdback', minCeiling, maxCeiling, domain };
  }),
  carrier('flow-policy', 'soft-reflective-ceiling-policy', (): UsageLimitSettings => ({
    kind: 'soft-reflective-ceiling',
  })),
];
