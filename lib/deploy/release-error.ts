import * as pulumi from '@pulumi/pulumi';
import { type Problem, ValidationError } from '../core/problem';

/** A release that cannot be made. Pulumi prints a `RunError` without a stack trace, so the problems stand alone. */
export class ReleaseError extends pulumi.RunError {
  public override readonly name = 'ReleaseError';

  public constructor(
    /** Logical name of the release. */
    public readonly release: string,
    message: string,
  ) {
    super(message);
    // Shown where Pulumi hears of the error only after the program ended, and prints the stack.
    this.stack = `${this.name}: ${message}`;
  }
}

/** Throws one error with all problems, or returns when there are none. */
export function refuseIfAny(release: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ReleaseError(release, new ValidationError(release, problems).message);
}

/**
 * The error to show for one that a chart function threw. Invalid settings are shown in full and alone; a mistake in the
 * program keeps its stack trace.
 */
export function chartFailure(release: string, error: unknown, rewrite: (text: string) => string): Error {
  if (error instanceof ReleaseError) return error;
  if (!(error instanceof Error)) return new ReleaseError(release, rewrite(String(error)));
  if (error instanceof ValidationError || error.message.startsWith('Validation failed')) {
    return new ReleaseError(release, `${release}: its chart is invalid\n${rewrite(error.message)}`);
  }
  const message = rewrite(error.message);
  if (message === error.message) return error;
  const rewritten = new Error(`${release}: its chart failed: ${message}`);
  rewritten.stack = rewrite(error.stack ?? message);
  return rewritten;
}
