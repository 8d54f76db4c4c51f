import type { Json } from '../../core/picker/config';
import type { Problem } from '../../core/problem';
import type { LOADS } from './decision';
import type { ExactNumber } from './exact-number';

/** Counts up when a record of today could not be read by a picker of yesterday. */
export const RECORD_VERSION = 1;

/** A reading of metrics in a record; null where the server did not say. */
export interface MetricsRecord {
  readonly waiting: ExactNumber | null;
  readonly running: ExactNumber | null;
  readonly kvCacheUsage: ExactNumber | null;
  readonly runningAdapters: readonly string[];
  readonly waitingAdapters: readonly string[];
  readonly maxAdapters: ExactNumber;
  readonly blockSizeTokens: ExactNumber | null;
  readonly blocks: ExactNumber | null;
  /** Clock time, ms. */
  readonly at: ExactNumber;
}

/** An endpoint as it was at the moment of the decision. */
export interface CandidateRecord {
  readonly id: string;
  readonly slot: number;
  readonly generation: number;
  readonly podName: string;
  readonly namespace: string;
  readonly address: string;
  readonly port: number;
  readonly hostPort: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly readyAt: ExactNumber;
  /** Last reading; null before the first. */
  readonly metrics: MetricsRecord | null;
  /** Whether the reading was recent enough to be believed. */
  readonly fresh: boolean;
  readonly load: Readonly<Record<(typeof LOADS)[number], ExactNumber>>;
  readonly matchedBlocks: number;
}

/** What is known of a request: everything that plugins see, and no word of its prompt. */
export interface RequestRecord {
  readonly id: string;
  readonly incomingModel: string;
  readonly model: string;
  /** Rule that chose the model name. */
  readonly rule: string | null;
  readonly priority: number;
  readonly fairnessId: string;
  /** Without the values of credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly promptTokens: ExactNumber;
  readonly maxOutputTokens: ExactNumber | null;
  /** Hashes of the prompt's blocks. */
  readonly prompt: { readonly hashes: readonly number[]; readonly blockTokens: number };
  readonly bodyBytes: number;
  readonly streaming: boolean;
  readonly objective: { readonly ttftMs: ExactNumber | null; readonly tpotMs: ExactNumber | null };
  readonly receivedAt: ExactNumber;
}

/** How one profile came to its pick. Endpoints are named by their ids. */
export interface ProfileRecord {
  readonly profile: string;
  readonly shadow: boolean;
  readonly filters: readonly { readonly plugin: string; readonly kept: readonly string[] }[];
  /** Endpoints that were scored; numbers below have their order. */
  readonly candidates: readonly string[];
  readonly scorers: readonly ScorerRecord[];
  readonly totals: readonly ExactNumber[];
  readonly picker: string;
  readonly picked: readonly string[];
  readonly faults: readonly { readonly plugin: string; readonly message: string }[];
}

export interface ScorerRecord {
  readonly plugin: string;
  readonly weight: ExactNumber;
  readonly scores: readonly ExactNumber[];
  /** What the scores depend on beside the context; null for a scorer without a memory. */
  readonly state: Json | null;
  readonly explanations: readonly Readonly<Record<string, number | string>>[];
}

/** What the scheduler made of it. */
export type ResultRecord =
  | {
      readonly kind: 'scheduled';
      readonly primaryProfile: string;
      /** Ids, best first. */
      readonly endpoints: readonly string[];
      readonly picks: readonly { readonly profile: string; readonly endpoints: readonly string[] }[];
      readonly setHeaders: readonly (readonly [string, string])[];
      readonly removeHeaders: readonly string[];
      readonly decisionType: string | null;
    }
  | { readonly kind: 'unschedulable'; readonly cause: string; readonly message: string };

/** What the scheduler saw and decided. */
export interface SchedulingRecord {
  /** Clock time of the decision, ms. */
  readonly now: ExactNumber;
  readonly seed: number;
  readonly candidates: readonly CandidateRecord[];
  /** Ids of endpoints that were allowed and no candidates, since they refused connections. */
  readonly unreachable: readonly string[];
  readonly profiles: readonly ProfileRecord[];
  readonly result: ResultRecord;
}

/** How the call went on; members are null until they are known. */
export interface CallRecord {
  /** Endpoint that the answer comes from: id, and what the gateway said. */
  readonly endpoint: string;
  readonly served: string | null;
  readonly status: number | null;
  readonly outcome: string | null;
  /** From the decision to the first byte of the answer's body, ms. */
  readonly ttftMs: ExactNumber | null;
  /** From the decision to the end, ms. */
  readonly durationMs: ExactNumber | null;
  /** Whether the answer was a stream of events: only then is the time to the first byte that to the first token. */
  readonly streamed: boolean;
  readonly streamedEvents: number;
  readonly usage: {
    readonly promptTokens: number | null;
    readonly outputTokens: number | null;
    readonly cachedTokens: number | null;
  } | null;
}

/** A decision as people and programs read it: plain JSON. */
export interface DecisionRecord {
  readonly version: typeof RECORD_VERSION;
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Fingerprint of the configuration that was in force. */
  readonly config: string;
  readonly pool: string;
  readonly request: RequestRecord;
  /** Header values that were ignored. */
  readonly ignored: readonly Problem[];
  readonly waitedMs: ExactNumber;
  readonly scheduling: SchedulingRecord | null;
  readonly refusal: { readonly status: number; readonly message: string; readonly reason: string | null } | null;
  readonly call: CallRecord | null;
}

/** A decision with the configuration that led to it: all that a replay needs. */
export interface DecisionExport {
  readonly kind: 'inference-decision';
  readonly record: DecisionRecord;
  /** Text of the configuration file. */
  readonly configText: string;
}
