import { type Problem } from '../core/problem';
import { type FieldPath, formatPath, type Manifest, textAt } from './manifest';
import { type StandIns } from './stand-ins';
import { type SynthesizedObject } from './synthesis';
import { type Pair, weave } from './weave';

/** Both rounds with stand-ins. */
export interface Rounds {
  readonly first: readonly SynthesizedObject[];
  readonly second: readonly SynthesizedObject[];
  readonly standIns: StandIns<unknown>;
}

const WHY_FIXED = 'what a release consists of is fixed before deployment; outputs may only be texts in it';
const FIX_PLAIN = 'let a plain value decide, such as a setting from pulumi.Config, and give constructs fixed ids';

/** Whether a text holds its values as they are, so that they can be filled in without another synthesis. */
export function isVerbatim(standIns: StandIns<unknown>, first: string, second: string): boolean {
  return standIns.swap(first) === second;
}

/** Objects that one round made and the other did not. */
export function differentObjects({ first, second, standIns }: Rounds): readonly Problem[] {
  return differences(first, second).map((object) => ({
    what: `${title(object, standIns)} has a value in its construct path that is known only after deployment`,
    why: WHY_FIXED,
    fix: FIX_PLAIN,
  }));
}

/** Fields that one round made and the other did not. */
export function differentShapes({ first, second, standIns }: Rounds): readonly Problem[] {
  return pairs(first, second).flatMap(([object, other]) =>
    mismatches([object.manifest, other.manifest]).map((path) =>
      decided(title(object, standIns), standIns.describe(formatPath(path))),
    ),
  );
}

/** Values that are no texts; only these can be stood in for. */
export function notTexts({ standIns }: Rounds, values: readonly unknown[]): readonly Problem[] {
  return standIns.all.flatMap(({ name }, index) => {
    const value = values[index];
    if (typeof value === 'string') return [];
    return [
      {
        what: `${name} is ${value === undefined || value === null ? String(value) : `a ${typeof value}`}`,
        why: 'the chart was planned with a text in its place, since outputs are known only after deployment',
        fix: 'pass an output of text, output.apply(String), or a plain value',
      },
    ];
  });
}

/** Where the objects made with the real values are not those of the plan. Never quotes a value: it may be secret. */
export function disproofs(
  rounds: Rounds,
  real: readonly SynthesizedObject[],
  texts: readonly string[],
): readonly Problem[] {
  const { first, second, standIns } = rounds;
  const sets = differences(first, real).map((object) => ({
    what: `whether ${title(object, standIns)} exists depends on a value that is known only after deployment`,
    why: WHY_FIXED,
    fix: FIX_PLAIN,
  }));
  if (sets.length > 0) return sets;
  const made = new Map(real.map((object) => [object.path, object.manifest]));
  return pairs(first, second).flatMap(([object, other]) => {
    const manifest = made.get(object.path) ?? object.manifest;
    const expected = fill(rounds, { pair: [object.manifest, other.manifest], real: manifest, texts });
    return unequal([expected, manifest]).map((path) => decided(title(object, standIns), formatPath(path)));
  });
}

interface Filling {
  readonly pair: Pair<Manifest>;
  readonly real: Manifest;
  readonly texts: readonly string[];
}

/** What the plan sends for these values. */
function fill({ standIns }: Rounds, { pair, real, texts }: Filling): Manifest {
  const filled = weave<string>(pair, {
    text: (first, second, path) =>
      isVerbatim(standIns, first, second) ? standIns.fill(first, texts) : (textAt(real, ...path) ?? ''),
    mismatch: () => undefined,
  });
  return filled as Manifest;
}

function decided(object: string, field: string): Problem {
  return {
    what: `${field} of ${object} is decided by a value that is known only after deployment`,
    why: WHY_FIXED,
    fix: FIX_PLAIN,
  };
}

function mismatches(pair: Pair): readonly FieldPath[] {
  const found: FieldPath[] = [];
  weave(pair, { text: (first) => first, mismatch: (path) => found.push(path) });
  return found;
}

function unequal(pair: Pair): readonly FieldPath[] {
  const found: FieldPath[] = [];
  weave(pair, { text: (_first, _second, path) => found.push(path), mismatch: (path) => found.push(path) });
  return found;
}

function pairs(
  first: readonly SynthesizedObject[],
  second: readonly SynthesizedObject[],
): readonly (readonly [SynthesizedObject, SynthesizedObject])[] {
  const others = new Map(second.map((object) => [object.path, object]));
  return first.map((object) => [object, others.get(object.path) ?? object]);
}

function differences(
  first: readonly SynthesizedObject[],
  second: readonly SynthesizedObject[],
): readonly SynthesizedObject[] {
  const without = (objects: readonly SynthesizedObject[], others: readonly SynthesizedObject[]) => {
    const paths = new Set(others.map(({ path }) => path));
    return objects.filter(({ path }) => !paths.has(path));
  };
  const gone = without(first, second);
  return gone.length > 0 ? gone : without(second, first);
}

function title({ manifest, path }: SynthesizedObject, standIns: StandIns<unknown>): string {
  return `${manifest.kind} '${standIns.describe(path)}'`;
}
