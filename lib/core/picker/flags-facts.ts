/** What the value of a flag stands for, and how it is written. */
export interface FlagTypes {
  readonly boolean: boolean;
  readonly integer: number;
  readonly port: number;
  readonly text: string;
  /** Milliseconds, written as Go writes durations: `1m30s`. */
  readonly duration: number;
  /** Bytes, written as Kubernetes writes quantities: `4Mi`. */
  readonly size: number;
  /** A flag that may be given several times, or once with commas. */
  readonly list: readonly string[];
  readonly ports: readonly number[];
}

export type FlagType = keyof FlagTypes;

/** Headings under which the help shows the flags. */
export type FlagGroup =
  'pool' | 'configuration' | 'serving' | 'metrics of the pods' | 'admin server' | 'lifecycle' | 'logs and traces';

interface FactsOf<T extends FlagType> {
  readonly group: FlagGroup;
  readonly type: T;
  /** Value when the flag is not given; an empty text stands for none. */
  readonly default: FlagTypes[T];
  /** One or two sentences, upper case, with a full stop. */
  readonly help: string;
  /** Least value of a number. */
  readonly min?: number;
  /** Texts that it takes. */
  readonly choices?: readonly string[];
  /** Whether it is ours; others have the names and meanings of the Go picker. */
  readonly own?: boolean;
  /** Why the flag has no effect. It is taken with a warning, so that command lines of the Go picker keep working. */
  readonly ignored?: string;
}

/** A flag of the bundled picker. */
export type FlagFacts = { readonly [T in FlagType]: FactsOf<T> }[FlagType];

/** A flag that the picker refuses to start with: what became of it, and what to write. */
export interface RefusedFlag {
  readonly why: string;
  readonly fix: string;
}
