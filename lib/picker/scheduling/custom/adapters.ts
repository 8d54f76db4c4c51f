import type { Endpoint } from '../endpoint';
import { keep } from '../filters/keep';
import type { Filter, Scorer, SchedulingContext } from '../plugin';
import { PluginFault } from '../plugin-fault';
import type { FaultBreaker } from './fault-breaker';
import type { CustomRunner } from './runner';
import { viewContext, viewEndpoint, viewRequest } from './views';

/** What an adapter needs of a plugin. */
export interface CustomInstance {
  readonly type: string;
  readonly name: string;
  readonly runner: CustomRunner;
  readonly breaker: FaultBreaker;
}

/** A scorer of a team's own among the picker's. A fault is thrown on, and the scheduler goes on without the scorer. */
export function adaptScorer(instance: CustomInstance): Scorer {
  return {
    type: instance.type,
    name: instance.name,
    kind: 'scorer',
    score(context, candidates, scores) {
      const answers = ask(instance, context, candidates, isScore, 'a number');
      for (let i = 0; i < answers.length; i++) scores[i] = answers[i] ?? 0;
    },
  };
}

/** A filter of a team's own among the picker's. */
export function adaptFilter(instance: CustomInstance): Filter {
  return {
    type: instance.type,
    name: instance.name,
    kind: 'filter',
    filter(context, candidates) {
      const answers = ask(instance, context, candidates, isBoolean, 'true or false');
      let i = 0;
      return keep(candidates, () => answers[i++] === true);
    },
  };
}

const isScore = (answer: unknown): answer is number => typeof answer === 'number' && !Number.isNaN(answer);
const isBoolean = (answer: unknown): answer is boolean => typeof answer === 'boolean';

function ask<T>(
  { runner, breaker }: CustomInstance,
  context: SchedulingContext,
  candidates: readonly Endpoint[],
  fits: (answer: unknown) => answer is T,
  expected: string,
): readonly T[] {
  breaker.check(context.now);
  try {
    const answers = runner.run({
      request: viewRequest(context.request),
      endpoints: candidates.map((endpoint) => viewEndpoint(endpoint, context)),
      context: viewContext(context),
    });
    const checked = check(answers, candidates, fits, expected);
    breaker.succeeded();
    return checked;
  } catch (error) {
    breaker.failed(context.now);
    throw error;
  }
}

function check<T>(
  answers: readonly unknown[],
  candidates: readonly Endpoint[],
  fits: (answer: unknown) => answer is T,
  expected: string,
): readonly T[] {
  if (answers.length !== candidates.length) {
    throw new PluginFault('invalid-result', `answered for ${answers.length} of ${candidates.length} endpoints`);
  }
  if (answers.every(fits)) return answers;
  const i = answers.findIndex((answer) => !fits(answer));
  const endpoint = candidates[i]?.id ?? '';
  throw new PluginFault('invalid-result', `answered ${String(answers[i])} for ${endpoint}, not ${expected}`);
}
