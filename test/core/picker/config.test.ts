import { DEFAULT_PROFILE, defaultPickerConfig, plugin, upstreamDefaultConfig } from '../../../lib/core/picker/config';

describe('a plugin', () => {
  test('is its type and nothing else', () => {
    expect(plugin('queue-scorer')).toEqual({ type: 'queue-scorer' });
  });

  test('may have parameters', () => {
    expect(plugin('max-score-picker', { maxNumOfEndpoints: 2 })).toEqual({
      type: 'max-score-picker',
      parameters: { maxNumOfEndpoints: 2 },
    });
  });

  test('may have a name of its own', () => {
    expect(plugin('queue-scorer', undefined, 'short-queue')).toEqual({ type: 'queue-scorer', name: 'short-queue' });
  });
});

test('the default is one scorer that weighs everything in time', () => {
  expect(defaultPickerConfig()).toEqual({
    plugins: [{ type: 'latency-cost-scorer' }, { type: 'max-score-picker' }, { type: 'single-profile-handler' }],
    schedulingProfiles: [
      {
        name: 'default',
        plugins: [{ pluginRef: 'latency-cost-scorer', weight: 1 }, { pluginRef: 'max-score-picker' }],
      },
    ],
  });
});

// endpoint-picker.md 4.2: queue 2, KV cache 2, prefix 3, in upstream's code and charts since 1.2.
test("upstream's default has its weights", () => {
  expect(upstreamDefaultConfig({ adapters: false })).toEqual({
    plugins: [
      { type: 'queue-scorer' },
      { type: 'kv-cache-utilization-scorer' },
      { type: 'prefix-cache-scorer' },
      { type: 'max-score-picker' },
      { type: 'single-profile-handler' },
    ],
    schedulingProfiles: [
      {
        name: 'default',
        plugins: [
          { pluginRef: 'queue-scorer', weight: 2 },
          { pluginRef: 'kv-cache-utilization-scorer', weight: 2 },
          { pluginRef: 'prefix-cache-scorer', weight: 3 },
          { pluginRef: 'max-score-picker' },
        ],
      },
    ],
  });
});

test("upstream's default for a pool with adapters prefers pods that have the adapter", () => {
  const config = upstreamDefaultConfig({ adapters: true });

  expect(config.plugins).toContainEqual({ type: 'lora-affinity-scorer' });
  expect(config.schedulingProfiles?.[0]?.plugins).toContainEqual({ pluginRef: 'lora-affinity-scorer', weight: 2 });
});

test('the only profile is called default', () => {
  expect(DEFAULT_PROFILE).toBe('default');
});
