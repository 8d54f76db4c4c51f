/** Members of a body that are read, everything else is only checked to be JSON. */
export interface BodyFormat {
  /** What a request of this format is called in messages. */
  readonly name: string;
  /** Members that make the prompt, in the order in which the server joins them. */
  readonly prompt: readonly string[];
  /** Member without which the request is refused. */
  readonly required: RequiredMember | undefined;
  /** Members that bound the answer, in tokens, the preferred one first; `a.b` is member b of the object a. */
  readonly outputLimits: readonly string[];
  /** Whether a server of one model answers a request that names none. */
  readonly modelOptional: boolean;
  /** Member of the answer that holds token counts. */
  readonly usage: 'usage' | 'meta_info';
}

/** A member that must be there, and what it may be. */
export interface RequiredMember {
  readonly name: string;
  readonly kinds: readonly MemberKind[];
  /** What to say when it is not there, after the name of the format. */
  readonly missing: string;
}

export type MemberKind = 'text' | 'array' | 'object';

/** Formats by the end of the paths that they are sent to, without a slash before it. */
export interface ParserDefinition {
  /** Name of the type in the configuration. */
  readonly type: string;
  /** Empty in a parser for everything that no other claims. */
  readonly formats: Readonly<Record<string, BodyFormat>>;
}
