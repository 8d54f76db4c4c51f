import { plugin } from '../../../../lib/core/picker/config';
import { type PluginType } from '../../../../lib/core/picker/plugins';
import { GAIE_PLUGINS } from '../../../../lib/core/picker/plugins/gaie';
import { ROUTER_PLUGINS } from '../../../../lib/core/picker/plugins/router';

test('a type that only one flavour has is a type of plugin', () => {
  const types: readonly PluginType[] = ['request-attribute-reporter', 'disagg-profile-handler'];

  expect(types.map((type) => plugin(type).type)).toEqual(types);
  expect(types.map((type) => [type in GAIE_PLUGINS, type in ROUTER_PLUGINS])).toEqual([
    [true, false],
    [false, true],
  ]);
});

test('a type of the same name does the same in every flavour', () => {
  const router: Readonly<Record<string, { readonly kind: string }>> = ROUTER_PLUGINS;
  const different = Object.entries(GAIE_PLUGINS).filter(
    ([type, { kind }]) => router[type] !== undefined && router[type].kind !== kind,
  );

  expect(different).toEqual([]);
});
