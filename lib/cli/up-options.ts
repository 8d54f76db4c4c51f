import { ValidationError } from '../core/problem';

/** What a number of the command line may be. */
export interface NumberLimits {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

/** A number of an option; undefined where it is not given. Throws a ValidationError for what is none. */
export function numberOption(name: string, text: string | undefined, limits: NumberLimits): number | undefined {
  if (text === undefined) return undefined;
  const { least, most, whole = false } = limits;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new ValidationError('up', [
    {
      what: `--${name} ${text}`,
      why: `it must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}`,
      fix: `write --${name}=NUMBER, or leave it out`,
    },
  ]);
}
