import * as pulumi from '@pulumi/pulumi';
import { type App } from 'cdk8s';
import { type Manifest, textAt } from './manifest';
import { chartFailure, refuseIfAny } from './release-error';
import { type Rounds, differentObjects, differentShapes, disproofs, isVerbatim, notTexts } from './round-checks';
import { StandIns } from './stand-ins';
import { type SynthesizedObject, synthesize } from './synthesis';
import { weave, type Woven } from './weave';

/** A chart program and what it takes. */
export interface PlanOptions<V> {
  readonly values: V;
  readonly chart: (app: App, values: pulumi.Unwrap<V>) => unknown;
}

/** One object of a release. */
export interface PlannedObject {
  /** Construct path. */
  readonly path: string;
  /** The object with stand-ins in place of outputs: good for decisions, never sent. */
  readonly manifest: Manifest;
  /** What is sent: outputs where the manifest depends on a value. */
  readonly args: ObjectArgs;
  /** Paths of objects that must be applied first. */
  readonly dependsOn: readonly string[];
}

export type ObjectArgs = Readonly<Record<string, Woven<pulumi.Output<string>>>>;

/** What a release will apply. */
export interface ReleasePlan {
  readonly objects: readonly PlannedObject[];
  /** Resolves once the plan is proven with the values as they turned out; rejects where they contradict it. */
  readonly proven: pulumi.Output<unknown>;
  /** Names the values in a text of a manifest, for readers. */
  readonly describe: (text: string) => string;
}

/**
 * Finds out what a chart consists of before its values are known.
 *
 * The chart is synthesized twice, with texts that stand for the outputs. What is the same both times does not depend on
 * a value and is sent as it is; a text that differs becomes an output of exactly the values in it. So a preview shows
 * every object with all its fixed fields, no resource is made inside `apply`, and a changed value touches only the
 * objects that hold it. (One ConfigGroup over an output of all objects would show none of this before deployment.)
 * A third round, with the values as they turned out, proves the plan before the first object is sent.
 */
export function planRelease<V>(release: string, { values, chart }: PlanOptions<V>): ReleasePlan {
  const standIns = new StandIns(values);
  const run = (given: () => pulumi.Unwrap<V>): readonly SynthesizedObject[] => synthesize((app) => chart(app, given()));
  const first = attempt(release, standIns, () => run(() => standIns.inRound(0)));
  refuseIfAny(release, first.length === 0 ? [NO_OBJECTS] : []);
  if (standIns.all.length === 0) {
    const objects = first.map((object) => ({ ...object, args: object.manifest }));
    return { objects, proven: pulumi.output(undefined), describe: (text) => text };
  }
  const rounds: Rounds = { first, second: attempt(release, standIns, () => run(() => standIns.inRound(1))), standIns };
  refuseIfAny(release, differentObjects(rounds));
  refuseIfAny(release, differentShapes(rounds));
  const real = pulumi
    .all(standIns.all.map((standIn) => standIn.output))
    .apply((texts) => prove(release, rounds, texts, (resolved) => run(() => standIns.resolved(resolved))));
  return { objects: weaveObjects(rounds, real), proven: real, describe: (text) => standIns.describe(text) };
}

const NO_OBJECTS = {
  what: 'the chart function made no objects',
  why: 'there would be nothing to apply',
  fix: 'make charts in the app that the function is given: new Chart(app, ...)',
};

type RealObjects = ReadonlyMap<string, Manifest>;

function attempt<T>(release: string, standIns: StandIns<unknown>, synthesizing: () => T): T {
  try {
    return synthesizing();
  } catch (error) {
    throw chartFailure(release, error, (text) => explained(standIns, text));
  }
}

function explained(standIns: StandIns<unknown>, text: string): string {
  const described = standIns.describe(text);
  if (described === text) return text;
  return `${described}\n(\${...} is known only after deployment; until then the chart is given a text in its place)`;
}

async function prove(
  release: string,
  rounds: Rounds,
  texts: readonly unknown[],
  run: (texts: readonly string[]) => readonly SynthesizedObject[],
): Promise<RealObjects> {
  refuseIfAny(release, notTexts(rounds, texts));
  const resolved = texts.map(String);
  const hide = await secretsHidden(rounds.standIns, resolved);
  try {
    const real = run(resolved);
    refuseIfAny(release, disproofs(rounds, real, resolved));
    return new Map(real.map((object) => [object.path, object.manifest]));
  } catch (error) {
    throw chartFailure(release, error, hide);
  }
}

/** Errors of constructs quote what they were given. */
async function secretsHidden(standIns: StandIns<unknown>, texts: readonly string[]): Promise<(text: string) => string> {
  const secret = await Promise.all(standIns.all.map((standIn) => pulumi.isSecret(standIn.output)));
  const hidden = texts.filter((text, index) => secret[index] === true && text !== '');
  return (message) => hidden.reduce((rest, text) => rest.replaceAll(text, '[secret]'), message);
}

function weaveObjects(rounds: Rounds, real: pulumi.Output<RealObjects>): readonly PlannedObject[] {
  const seconds = new Map(rounds.second.map((object) => [object.path, object.manifest]));
  const outputOf = textOutputs(rounds.standIns);
  return rounds.first.map((object) => {
    const { path, manifest } = object;
    const args = weave([manifest, seconds.get(path) ?? manifest], {
      text: (first, second, field) =>
        isVerbatim(rounds.standIns, first, second)
          ? outputOf(first)
          : real.apply((objects) => textAt(objects.get(path), ...field) ?? ''),
      mismatch: () => undefined,
    });
    return { ...object, args: args as ObjectArgs };
  });
}

/** Outputs of texts with stand-ins; fields with the same text share one. */
function textOutputs(standIns: StandIns<unknown>): (text: string) => pulumi.Output<string> {
  const made = new Map<string, pulumi.Output<string>>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const within = standIns.within(text);
    const output = pulumi
      .all(within.map((standIn) => standIn.output))
      .apply((values) =>
        within.reduce((rest, { texts }, index) => rest.replaceAll(texts[0], () => String(values[index])), text),
      );
    made.set(text, output);
    return output;
  };
}
