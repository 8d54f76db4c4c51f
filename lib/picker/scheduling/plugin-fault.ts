/** What a plugin did wrong: threw an error, took too long, answered nonsense, or is off because it did so often. */
export type FaultKind = 'threw' | 'timed-out' | 'invalid-result' | 'switched-off';

/** Thrown by a plugin's adapter when the plugin is of no use for this decision. */
export class PluginFault extends Error {
  public constructor(
    public readonly kind: FaultKind,
    message: string,
  ) {
    super(message);
    this.name = 'PluginFault';
  }
}

/** A fault in a decision. */
export interface FaultReport {
  /** Name of the plugin. */
  readonly plugin: string;
  readonly kind: FaultKind;
  readonly message: string;
}

/** What a thrown value says of a plugin. */
export function faultReport(plugin: string, error: unknown): FaultReport {
  const kind = error instanceof PluginFault ? error.kind : 'threw';
  return { plugin, kind, message: errorText(error) };
}

/** The message of an error, also of one from another thread or realm; anything else as a text. */
export function errorText(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
