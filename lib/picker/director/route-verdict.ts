import { REQUEST_ID_HEADER } from '../../core/headers';
import type { ProfileTrace, Scheduled } from '../scheduling/outcome';
import { headersToRemove } from './controls';
import type { Intake } from './intake';
import type { RequestHead, ResponseWatcher, RouteVerdict } from './types';

/** What a decision says to the gateway. */
export interface RouteFacts {
  readonly head: RequestHead;
  readonly intake: Intake;
  readonly decisionId: string;
  readonly scheduled: Scheduled;
  readonly traceHeaders: readonly (readonly [string, string])[];
  readonly exchange: ResponseWatcher;
  /** Where the scores are, when the gateway is to be told; undefined when not. */
  readonly profiles: readonly ProfileTrace[] | undefined;
}

/** The message to the gateway: where the request goes, and what is to be done to its headers on the way. */
export function routeVerdict({ head, intake, scheduled, ...facts }: RouteFacts): RouteVerdict {
  const { decisionId, exchange, profiles, traceHeaders } = facts;
  const id = intake.idMade ? [[REQUEST_ID_HEADER, intake.request.id] as const] : [];
  const setHeaders = [...id, ...traceHeaders, ...scheduled.setHeaders];
  return {
    kind: 'route',
    decisionId,
    destination: scheduled.endpoints.map(({ hostPort }) => hostPort).join(','),
    scores: profiles && scoresOf(scheduled, profiles),
    setHeaders,
    removeHeaders: without(
      [...headersToRemove(head.headers), ...scheduled.removeHeaders],
      setHeaders.map(([name]) => name),
    ),
    body: intake.body,
    exchange,
  };
}

/** Gateways differ in whether they set or remove first, so no name is in both lists. */
function without(names: readonly string[], others: readonly string[]): readonly string[] {
  return others.length === 0 ? names : names.filter((name) => !others.includes(name));
}

function scoresOf(scheduled: Scheduled, profiles: readonly ProfileTrace[]): Readonly<Record<string, number>> {
  const trace = profiles.find(({ profile, shadow }) => !shadow && profile === scheduled.primaryProfile);
  return Object.fromEntries(
    scheduled.endpoints.map((endpoint) => {
      const at = trace?.candidates.indexOf(endpoint) ?? -1;
      return [endpoint.hostPort, trace?.totals[at] ?? 0];
    }),
  );
}
