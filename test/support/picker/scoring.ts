import { type LocatedProblem } from '../../../lib/core/located-problem';
import { type Json } from '../../../lib/core/picker/config';
import { type Endpoint } from '../../../lib/picker/scheduling/endpoint';
import { ParameterReader } from '../../../lib/picker/scheduling/parameters/parameter-reader';
import { type Plugin, type Scorer, type SchedulingContext } from '../../../lib/picker/scheduling/plugin';
import { type PluginFactory, type PluginSurroundings } from '../../../lib/picker/scheduling/plugin-factory';
import { schedulingContext } from './builders';

/** What a scorer writes for each candidate, before anything is clamped. */
export function scoresOf(
  scorer: Scorer,
  candidates: readonly Endpoint[],
  context: SchedulingContext = schedulingContext(),
): readonly number[] {
  const scores = new Float64Array(candidates.length);
  scorer.score(context, candidates, scores);
  return [...scores];
}

/** A plugin as the configuration would make it, and the texts of what is wrong with its parameters. */
export function make<P extends Plugin>(
  factory: PluginFactory<P>,
  parameters: Readonly<Record<string, Json>> = {},
  around: Partial<PluginSurroundings> = {},
): { readonly plugin: P; readonly problems: readonly string[] } {
  const found: LocatedProblem[] = [];
  const report = (problem: LocatedProblem): void => void found.push(problem);
  const reader = new ParameterReader(parameters, { owner: `plugin '${factory.type}'`, path: [], report });
  const plugin = factory.create(factory.type, reader, { plugin: () => undefined, profiles: ['default'], ...around });
  reader.finish();
  return { plugin, problems: found.map(({ problem }) => `${problem.what}: ${problem.why}; ${problem.fix}`) };
}
