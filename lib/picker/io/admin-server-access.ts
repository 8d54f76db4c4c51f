import { createHash, timingSafeEqual } from 'node:crypto';
import { METRICS_PATH } from '../../core/metric-names';

/** What is known of whoever asks for a page. */
export interface Caller {
  /** Address of the other end of the connection. */
  readonly address: string | undefined;
  /** The `Host` header. */
  readonly host: string | undefined;
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
}

/** Why a page is not shown. */
export type Denial = 'unauthenticated' | 'forbidden' | 'debug-elsewhere' | 'debug-token' | 'no-review';

interface DenialAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: readonly (readonly [string, string])[];
}

const CHALLENGE = [['www-authenticate', 'Bearer']] as const;

/** What a caller is told, with what to do about it. */
export const DENIALS: Readonly<Record<Denial, DenialAnswer>> = {
  unauthenticated: {
    status: 401,
    body: 'send the token of a service account: Authorization: Bearer TOKEN\n',
    headers: CHALLENGE,
  },
  forbidden: {
    status: 403,
    body: `the account needs a ClusterRole with nonResourceURLs ["${METRICS_PATH}"] and verbs ["get"]\n`,
    headers: [],
  },
  'debug-elsewhere': {
    status: 403,
    body: 'open to this machine only: use kubectl port-forward and http://localhost, or start with --debug-token-file\n',
    headers: [],
  },
  'debug-token': {
    status: 401,
    body: 'send the token of --debug-token-file: Authorization: Bearer TOKEN\n',
    headers: CHALLENGE,
  },
  'no-review': { status: 503, body: 'Kubernetes did not review the token; try again\n', headers: [] },
};

/** Decides who may read what. Undefined means yes. */
export interface AdminAccess {
  readonly metrics: (caller: Caller) => Promise<Denial | undefined> | undefined;
  readonly debug: (caller: Caller) => Promise<Denial | undefined> | undefined;
}

/** Verdict of Kubernetes on a token and what it may read. */
export type Review = 'allowed' | 'unauthenticated' | 'forbidden';

/** Has Kubernetes review a token. Rejects when it could not be asked. */
export type Reviewer = (token: string, path: string) => Promise<Review>;

/** What access depends on. */
export interface AccessRules {
  /** Undefined to show `/metrics` to everybody. */
  readonly reviewer: Reviewer | undefined;
  /** Reads the token of `/debug`; undefined where only this machine may read there. */
  readonly debugToken: (() => Promise<string>) | undefined;
  /** Told of reviews that failed. */
  readonly onError: (error: unknown) => void;
}

/** Access by Kubernetes' review for `/metrics`, and from this machine or by a token for `/debug`. */
export function adminAccess({ reviewer, debugToken, onError }: AccessRules): AdminAccess {
  return {
    metrics: (caller) => (reviewer === undefined ? undefined : reviewMetrics(caller, reviewer, onError)),
    debug: async (caller) => {
      if (isLocal(caller)) return undefined;
      if (debugToken === undefined) return 'debug-elsewhere';
      const token = bearerToken(caller.authorization);
      if (token === undefined) return 'debug-token';
      return sameSecret(token, (await debugToken()).trim()) ? undefined : 'debug-token';
    },
  };
}

async function reviewMetrics(
  caller: Caller,
  reviewer: Reviewer,
  onError: (error: unknown) => void,
): Promise<Denial | undefined> {
  const token = bearerToken(caller.authorization);
  if (token === undefined) return 'unauthenticated';
  try {
    const review = await reviewer(token, METRICS_PATH);
    return review === 'allowed' ? undefined : review;
  } catch (error) {
    onError(error);
    return 'no-review';
  }
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

/** Takes as long for a wrong secret as for the right one. An empty secret is no secret. */
function sameSecret(given: string, wanted: string): boolean {
  const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();
  return timingSafeEqual(digest(given), digest(wanted)) && wanted !== '';
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/**
 * Whether the caller runs on this machine and means it. A browser can be led here by any page whose name resolves to
 * 127.0.0.1, but then it says that name as the host.
 */
function isLocal({ address, host }: Caller): boolean {
  const name = (host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return LOOPBACK.test(address ?? '') && (name === 'localhost' || LOOPBACK.test(name));
}
