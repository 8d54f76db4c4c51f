import { ModelRulesStore } from '../../../lib/picker/pool/model-rules-store';
import type { ModelFacts } from '../../../lib/picker/pool/objects/inference-model';
import type { RewriteFacts, RewriteRule } from '../../../lib/picker/pool/objects/inference-model-rewrite';
import { seededRandom } from '../../support/picker/builders';

const POOL = { group: 'g', kind: 'InferencePool', name: 'pool' };

function rule(models: readonly string[], ...targets: readonly (string | readonly [string, number])[]): RewriteRule {
  return {
    models,
    targets: targets.map((target) =>
      typeof target === 'string' ? { model: target, weight: undefined } : { model: target[0], weight: target[1] },
    ),
  };
}

function rewrite(name: string, createdAt: number, ...rules: readonly RewriteRule[]): RewriteFacts {
  return { name, createdAt, rules, pool: POOL };
}

function model(name: string, given: Partial<ModelFacts> = {}): ModelFacts {
  return { name, pool: POOL, createdAt: 0, modelName: name, criticality: 'Standard', targets: [], ...given };
}

function storeOf(...rewrites: readonly RewriteFacts[]): ModelRulesStore {
  const store = new ModelRulesStore();
  store.setRewrites(rewrites);
  return store;
}

const target = (store: ModelRulesStore, name: string): unknown => store.rewrite(name, () => 0);

test('an objective has its priority, and an unknown one has none', () => {
  const store = new ModelRulesStore();
  store.setObjectives([{ name: 'gold', priority: 10 }]);

  expect(store.priorityOf('gold')).toBe(10);
  expect(store.priorityOf('lead')).toBeUndefined();
});

test('a name that no rule names is left alone', () => {
  expect(target(storeOf(rewrite('r', 0, rule(['a'], 'b'))), 'x')).toBeUndefined();
});

test('a rule that names a model goes before one for all, even an older one', () => {
  const store = storeOf(rewrite('general', 0, rule([], 'all')), rewrite('exact', 1, rule(['a'], 'b')));

  expect(target(store, 'a')).toEqual({ model: 'b', rule: 'exact' });
  expect(target(store, 'x')).toEqual({ model: 'all', rule: 'general' });
});

test('of two rules for one model the older object counts, whatever their order', () => {
  const old = rewrite('old', 1, rule(['a'], 'from-old'));
  const young = rewrite('young', 2, rule(['a'], 'from-young'));

  expect(target(storeOf(young, old), 'a')).toMatchObject({ rule: 'old' });
  expect(target(storeOf(old, young), 'a')).toMatchObject({ rule: 'old' });
});

test('of two objects of one age the name decides', () => {
  const store = storeOf(rewrite('z', 1, rule(['a'], 'from-z')), rewrite('b', 1, rule(['a'], 'from-b')));

  expect(target(store, 'a')).toMatchObject({ rule: 'b' });
});

test('of two rules of one object the first counts', () => {
  expect(target(storeOf(rewrite('r', 0, rule(['a'], 'first'), rule(['a'], 'second'))), 'a')).toMatchObject({
    model: 'first',
  });
});

test('a rule without targets is empty', () => {
  expect(target(storeOf(rewrite('r', 0, rule(['a']))), 'a')).toBe('empty');
});

/** Shares of 10,000 draws, in percent. */
function shares(store: ModelRulesStore, name: string): Record<string, number> {
  const random = seededRandom(1);
  const counts: Record<string, number> = {};
  for (let i = 0; i < 10_000; i++) {
    const drawn = store.rewrite(name, random);
    if (drawn !== undefined && drawn !== 'empty') counts[drawn.model] = (counts[drawn.model] ?? 0) + 0.01;
  }
  return Object.fromEntries(Object.entries(counts).map(([key, share]) => [key, Math.round(share)]));
}

test('targets are drawn by their weights', () => {
  expect(shares(storeOf(rewrite('r', 0, rule(['a'], ['x', 90], ['y', 10]))), 'a')).toEqual({ x: 90, y: 10 });
});

test('targets without weights are alike', () => {
  expect(shares(storeOf(rewrite('r', 0, rule(['a'], 'x', 'y'))), 'a')).toEqual({ x: 50, y: 50 });
});

test('a target without a weight beside others with one is never drawn', () => {
  expect(shares(storeOf(rewrite('r', 0, rule(['a'], 'x', ['y', 1]))), 'a')).toEqual({ y: 100 });
});

test('a model of the old API brings its priority and its targets', () => {
  const store = new ModelRulesStore();
  store.setModels([model('chat', { criticality: 'Sheddable', targets: [{ model: 'chat-v1', weight: undefined }] })]);

  expect(store.priorityOfModel('chat')).toBe(-10);
  expect(target(store, 'chat')).toEqual({ model: 'chat-v1', rule: 'chat' });
});

test('a model of the old API without targets is served under its own name', () => {
  const store = new ModelRulesStore();
  store.setModels([model('chat')]);

  expect(target(store, 'chat')).toEqual({ model: 'chat', rule: 'chat' });
});

test('of two models of one model name the older counts', () => {
  const store = new ModelRulesStore();
  store.setModels([
    model('b', { modelName: 'chat', createdAt: 2, criticality: 'Critical' }),
    model('a', { modelName: 'chat', createdAt: 1, criticality: 'Sheddable' }),
  ]);

  expect(store.priorityOfModel('chat')).toBe(-10);
  expect(target(store, 'chat')).toMatchObject({ rule: 'a' });
});

test('priorities are those of all objects, each once, the highest first', () => {
  const store = new ModelRulesStore();
  expect(store.priorities).toEqual([]);

  store.setObjectives([5, -1, 5].map((priority, i) => ({ name: `o${i}`, priority })));
  store.setModels([model('m', { criticality: 'Critical' })]);

  expect(store.priorities).toEqual([10, 5, -1]);
});

test('what is no longer there has no effect', () => {
  const store = storeOf(rewrite('r', 0, rule(['a'], 'b')));
  store.setObjectives([{ name: 'gold', priority: 10 }]);
  store.setRewrites([]);
  store.setObjectives([]);

  expect(target(store, 'a')).toBeUndefined();
  expect(store.priorityOf('gold')).toBeUndefined();
  expect(store.priorities).toEqual([]);
});
