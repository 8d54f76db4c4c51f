import { at, type LocatedProblem } from '../located-problem';
import { allOf, oneOf, type Problem } from '../problem';
import type { EndpointPickerConfig, PickerPlugin } from './config';
import type { PickerFlavor } from './flavor';
import { factsOf } from './plugin-lookup';
import { UPSTREAM_ONLY } from './plugins/upstream-only';

/** What is wrong with the types and the names of the parameters of the plugins. */
export function locatePluginProblems(
  { plugins }: EndpointPickerConfig,
  flavor: PickerFlavor,
  customPlugins: readonly string[],
): readonly LocatedProblem[] {
  return [
    ...at([], checkCustomPlugins(flavor, customPlugins)),
    ...plugins.flatMap((entry, i) =>
      checkPlugin(entry, flavor, customPlugins).map(({ path, problem }) => ({
        path: ['plugins', i, ...path],
        problem,
      })),
    ),
  ];
}

function checkCustomPlugins(flavor: PickerFlavor, customPlugins: readonly string[]): Problem | undefined {
  if (flavor.customPlugins || customPlugins.length === 0) return undefined;
  return {
    what: `customPlugins ${allOf(customPlugins.map((type) => `'${type}'`))} with ${flavor.displayName}`,
    why: 'only the bundled picker takes plugins of a team',
    fix: 'remove them, or choose PickerFlavor.BUNDLED',
  };
}

function checkPlugin(
  entry: PickerPlugin,
  flavor: PickerFlavor,
  customPlugins: readonly string[],
): readonly LocatedProblem[] {
  const facts = factsOf(flavor, entry.type);
  if (facts === undefined)
    return customPlugins.includes(entry.type) ? [] : at(['type'], unknownType(entry.type, flavor));
  const allowed = facts.parameters;
  if (allowed === undefined) return [];
  return Object.keys(entry.parameters ?? {})
    .filter((name) => !allowed.includes(name))
    .flatMap((name) =>
      at(['parameters', name], {
        what: `config.plugins: '${entry.type}' has no parameter '${name}'`,
        why: flavor.strictParameters
          ? 'the picker refuses to start with a parameter it does not know'
          : 'the picker silently ignores a parameter it does not know',
        fix: allowed.length === 0 ? 'it takes none: remove it' : `it takes ${allOf(allowed)}`,
      }),
    );
}

function unknownType(type: string, flavor: PickerFlavor): Problem {
  const what = `config.plugins: type '${type}' is unknown to ${flavor.displayName}`;
  const missing = Object.hasOwn(UPSTREAM_ONLY, type) ? UPSTREAM_ONLY[type] : undefined;
  if (flavor.customPlugins && missing !== undefined) {
    return { what, why: `only the Go pickers have it: ${missing.why}`, fix: missing.fix };
  }
  const near = Object.keys(flavor.plugins).filter((name) => sharesWord(name, type));
  const hint = near.length > 0 ? `use ${oneOf(near.slice(0, 3))}` : 'remove it';
  return {
    what,
    why: 'the picker refuses to start with a plugin it does not know',
    fix: flavor.customPlugins ? `${hint}, or list it in customPlugins if your image has it` : hint,
  };
}

const GENERIC_WORDS = new Set(['score', 'scorer', 'filter', 'picker', 'policy', 'producer', 'parser']);

function sharesWord(a: string, b: string): boolean {
  const words = new Set(a.split('-').filter((word) => !GENERIC_WORDS.has(word)));
  return b.split('-').some((word) => words.has(word));
}
