import { defaultPickerConfig } from '../../lib/core/picker/config';
import { DEFAULT_WEIGHTS } from '../../lib/picker/scheduling/scorers/latency/cost';
import { DEFAULT } from '../../lib/simulator/policies/default';
import { configuredPolicy } from '../../lib/simulator/policies/picker-brain';
import type { NamedPolicy, RoutedRequest } from '../../lib/simulator/policy';
import type { Scenario } from '../../lib/simulator/scenario';
import type { Cell, Trouble } from './cells';

/** What a trouble changes of the pool; a run takes `ms`. */
export function troubledScenario({ trouble, replicas }: Cell, ms: number): Partial<Scenario> {
  return POOL_TROUBLES[trouble]?.(ms, replicas) ?? {};
}

const POOL_TROUBLES: Readonly<Partial<Record<Trouble, (ms: number, replicas: number) => Partial<Scenario>>>> = {
  'metrics 250 ms apart': () => ({ scrape: { intervalMs: 250 } }),
  'metrics 1 s apart': () => ({ scrape: { intervalMs: 1000 } }),
  'metrics 5 s apart': () => ({ scrape: { intervalMs: 5000 } }),
  'no metrics of a third of the pods': (_, replicas) => {
    return { scrape: { missing: new Set(Array.from({ length: Math.ceil(replicas / 3) }, (_, i) => i * 3)) } };
  },
  'a pod dies': (ms) => ({ events: [{ kind: 'die', at: ms * 0.6, slot: 0 }] }),
  'a cold pod joins': (ms) => ({ events: [{ kind: 'start', at: ms * 0.6, readyAfterMs: 0 }] }),
  'a pod is half as fast': () => ({ paces: [2] }),
  'three pickers': () => ({ routers: 3 }),
};

/** What a trouble changes of the policy. */
export function troubledPolicy(policy: NamedPolicy, trouble: Trouble): NamedPolicy {
  return POLICY_TROUBLES[trouble]?.(policy) ?? policy;
}

const POLICY_TROUBLES: Readonly<Partial<Record<Trouble, (policy: NamedPolicy) => NamedPolicy>>> = {
  'prompts taken for 3 times as long': (policy) => misjudging(policy, 3),
  'prompts taken for a third as long': (policy) => misjudging(policy, 1 / 3),
  'weights 3 times as high': (policy) => weighted(policy, 3),
  'weights a third as high': (policy) => weighted(policy, 1 / 3),
};

/** A router that takes prompts, and the blocks that it hashes, for longer or shorter than they are. */
function misjudging(policy: NamedPolicy, factor: number): NamedPolicy {
  const seen = (routed: RoutedRequest): RoutedRequest => {
    const promptTokens = Math.ceil(routed.request.promptTokens * factor);
    return { ...routed, request: { ...routed.request, promptTokens }, blockTokens: routed.blockTokens * factor };
  };
  return {
    ...policy,
    make(setup) {
      const router = policy.make(setup);
      const choose = router.choose.bind(router);
      return Object.assign(router, { choose: (routed: RoutedRequest, now: number) => choose(seen(routed), now) });
    },
  };
}

/** The default policy with its weights multiplied; others have no such weights. */
function weighted(policy: NamedPolicy, factor: number): NamedPolicy {
  if (policy.name !== DEFAULT.name) return policy;
  const config = defaultPickerConfig();
  const parameters = {
    runningWeight: DEFAULT_WEIGHTS.running * factor,
    evictionWeight: DEFAULT_WEIGHTS.eviction * factor,
    decodeWeight: DEFAULT_WEIGHTS.decode * factor,
  };
  const plugins = config.plugins.map((plugin) =>
    plugin.type === 'latency-cost-scorer' ? { ...plugin, parameters } : plugin,
  );
  return configuredPolicy(policy.name, policy.summary, { ...config, plugins });
}
