/** One thing that is wrong with a user's input: what, why, and the way out. */
export interface Problem {
  /** What is wrong, starting with the field and its value. Lower case, no trailing period. */
  readonly what: string;
  /** Why it cannot work. */
  readonly why: string;
  /** What to do instead. */
  readonly fix: string;
}

/** The text of a problem: three lines, the last two indented under the first. */
export function formatProblem(problem: Problem): string {
  return `${problem.what}\n      why: ${problem.why}\n      fix: ${problem.fix}`;
}

/** Alternatives as a reader says them: `1, 2, 4 or 8`. */
export function oneOf(values: readonly (string | number)[]): string {
  return joined(values, 'or');
}

/** Several values as a reader says them: `1, 2 and 4`. */
export function allOf(values: readonly (string | number)[]): string {
  return joined(values, 'and');
}

function joined(values: readonly (string | number)[], word: string): string {
  const texts = values.map(String);
  const last = texts.at(-1) ?? 'nothing';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** The problems among the results of several checks. */
export function problemsOf(...checks: readonly (Problem | undefined | readonly Problem[])[]): readonly Problem[] {
  return checks.flatMap((check) => check ?? []);
}

/** Thrown where no construct tree collects problems: by plain functions and Pulumi components. */
export class ValidationError extends Error {
  public constructor(
    /** Where the problems are: a construct path or a resource name. */
    public readonly path: string,
    public readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? '1 invalid setting' : `${problems.length} invalid settings`;
    super(`${path}: ${count}\n${problems.map((problem) => `  - ${formatProblem(problem)}`).join('\n')}`);
    this.name = 'ValidationError';
  }
}

/** Throws one error with all problems, or returns when there are none. */
export function failIfAny(path: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ValidationError(path, problems);
}
