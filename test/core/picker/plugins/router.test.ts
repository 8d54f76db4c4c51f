import { LLM_D_PLUGINS } from '../../../../lib/core/picker/plugins/bundled';
import { ROUTER_PLUGINS } from '../../../../lib/core/picker/plugins/router';
import { ROUTER_ALPHA, ROUTER_ROWS, repeated, rowsOf, sorted } from './tables';

test('has the types, kinds and parameters of its sources', () => {
  expect(rowsOf(ROUTER_PLUGINS)).toEqual(sorted(ROUTER_ROWS));
});

test('lists no parameter twice', () => {
  expect(repeated(ROUTER_PLUGINS)).toEqual([]);
});

test('cannot be changed', () => {
  const parts = Object.values(ROUTER_PLUGINS).flatMap((facts) => [facts, facts.parameters]);

  expect([ROUTER_PLUGINS, ...parts].every((part) => Object.isFrozen(part))).toBe(true);
});

test('loads these only on request', () => {
  const experimental = Object.entries(ROUTER_PLUGINS).filter(([, facts]) => facts.experimental);

  expect(experimental.map(([type]) => type).sort()).toEqual(ROUTER_ALPHA);
});

test('has every plugin that the bundled picker takes over', () => {
  expect(Object.keys(ROUTER_PLUGINS)).toEqual(expect.arrayContaining(Object.keys(LLM_D_PLUGINS)));
});
