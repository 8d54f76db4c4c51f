import { type EndpointPickerConfig } from '../../../lib/core/picker/config';
import { PickerFlavor } from '../../../lib/core/picker/flavors';
import { experimentalTypes, factsOf, nameOf } from '../../../lib/core/picker/plugin-lookup';

const { BUNDLED, GAIE, LLM_D_ROUTER } = PickerFlavor;

test('a plugin is called by its name, or by its type', () => {
  expect(nameOf({ type: 'queue-scorer', name: 'short-queue' })).toBe('short-queue');
  expect(nameOf({ type: 'queue-scorer' })).toBe('queue-scorer');
});

test('a type is known by its flavour', () => {
  expect(factsOf(GAIE, 'token-load-scorer')?.parameters).toEqual(['queueThresholdTokens']);
  expect(factsOf(BUNDLED, 'token-load-scorer')?.parameters).toEqual([
    'queueThresholdTokens',
    'inFlightLoadProducerName',
  ]);
});

test.each(['load-aware-scorer', '', 'constructor', '__proto__', 'toString'])(
  "GAIE 1.5 knows nothing of '%s'",
  (type) => {
    expect(factsOf(GAIE, type)).toBeUndefined();
  },
);

describe('experimental types', () => {
  const config: EndpointPickerConfig = {
    plugins: [
      { type: 'queue-scorer' },
      { type: 'session-affinity-scorer', name: 'sticky' },
      { type: 'topology-affinity-filter' },
      { type: 'coffee-maker' },
    ],
  };

  test('are those of the flavour', () => {
    expect(experimentalTypes(config, LLM_D_ROUTER)).toEqual(['session-affinity-scorer', 'topology-affinity-filter']);
  });

  test.each([BUNDLED, GAIE])('do not exist in %#', (flavor) => {
    expect(experimentalTypes(config, flavor)).toEqual([]);
  });

  test('are not in a configuration without plugins', () => {
    expect(experimentalTypes({ plugins: [] }, LLM_D_ROUTER)).toEqual([]);
  });
});
