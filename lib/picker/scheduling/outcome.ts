import type { Json } from '../../core/picker/config';
import type { Endpoint } from './endpoint';

/** What one profile chose. */
export interface ProfilePick {
  readonly profile: string;
  /** Best first. */
  readonly endpoints: readonly Endpoint[];
}

/** A successful decision. */
export interface Scheduled {
  readonly kind: 'scheduled';
  /** Endpoints for the gateway, best first. */
  readonly endpoints: readonly Endpoint[];
  readonly primaryProfile: string;
  readonly picks: readonly ProfilePick[];
  readonly setHeaders: readonly (readonly [string, string])[];
  readonly removeHeaders: readonly string[];
  readonly decisionType: string | undefined;
}

/** Why no endpoint takes a request; the director turns it into an HTTP status. */
export interface Unschedulable {
  readonly kind: 'unschedulable';
  /** `no-endpoints`: there was no candidate. `filtered`: filters left none. */
  readonly cause: 'no-endpoints' | 'filtered';
  readonly message: string;
}

export type ScheduleOutcome = Scheduled | Unschedulable;

/** How a profile came to its pick, for the record of the decision. Arrays are copies that the reader owns. */
export interface ProfileTrace {
  readonly profile: string;
  /** Whether it ran beside the decision and changed nothing. */
  readonly shadow: boolean;
  /** Endpoints that were left after each filter. */
  readonly filters: readonly { readonly plugin: string; readonly kept: readonly Endpoint[] }[];
  /** Endpoints that were scored; the arrays below have their order. */
  readonly candidates: readonly Endpoint[];
  readonly scorers: readonly {
    readonly plugin: string;
    readonly weight: number;
    /** Clamped, not weighted. */
    readonly scores: Float64Array;
    readonly state: Json | undefined;
    /** What the plugin says of each candidate; empty without `explain`. */
    readonly explanations: readonly Readonly<Record<string, number | string>>[];
  }[];
  readonly totals: Float64Array;
  readonly picker: string;
  readonly picked: readonly Endpoint[];
  /** Plugins that failed or took too long in this run. */
  readonly faults: readonly { readonly plugin: string; readonly message: string }[];
}
