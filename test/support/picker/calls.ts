import { type Call, type CallTarget } from '../../../lib/picker/scheduling/call';
import { type Endpoint } from '../../../lib/picker/scheduling/endpoint';
import { endpoint, request } from './builders';

/** A target of the profile `default` with nothing cached. */
export function target(given: Partial<CallTarget> = {}): CallTarget {
  return { profile: 'default', endpoint: endpoint(), matchedBlocks: 0, uncachedTokens: 0, ...given };
}

/** A call that was routed at time 0 and is not answered. Its only target is `endpoint` unless targets are given. */
export function call({ endpoint: at, ...given }: Partial<Call> & { readonly endpoint?: Endpoint } = {}): Call {
  const primary = given.primary ?? target(at === undefined ? {} : { endpoint: at });
  return {
    request: request(),
    decisionId: 'decision-1',
    primary,
    targets: [primary],
    routedAt: 0,
    firstTokenAt: undefined,
    finishedAt: undefined,
    outcome: undefined,
    status: undefined,
    usage: undefined,
    streamedEvents: 0,
    ...given,
  };
}
