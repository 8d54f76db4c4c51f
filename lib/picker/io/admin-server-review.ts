import { createHash } from 'node:crypto';
import type { Clock } from '../time';
import type { Review, Reviewer } from './admin-server-access';

/** A review that is asked of Kubernetes by creating it. */
interface ReviewKind {
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
}

const TOKEN_REVIEW: ReviewKind = {
  path: '/apis/authentication.k8s.io/v1/tokenreviews',
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenReview',
};
const ACCESS_REVIEW: ReviewKind = {
  path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SubjectAccessReview',
};

/** Creates an object in Kubernetes and returns what the API server made of it. */
export type KubernetesCreate = (path: string, body: object) => Promise<unknown>;

interface TokenReviewStatus {
  readonly authenticated?: boolean;
  readonly user?: {
    readonly username?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
}

/** Reviews a token and the right of its account to read a path, as controller-runtime does for the Go picker. */
export function kubernetesReviewer(create: KubernetesCreate): Reviewer {
  const ask = async (review: ReviewKind, spec: object): Promise<unknown> => {
    const { path, apiVersion, kind } = review;
    const answer = await create(path, { apiVersion, kind, spec });
    return (answer as { readonly status?: unknown } | null)?.status ?? {};
  };
  return async (token, path) => {
    const { authenticated, user } = (await ask(TOKEN_REVIEW, { token })) as TokenReviewStatus;
    if (authenticated !== true) return 'unauthenticated';
    const { username, ...identity } = user ?? {};
    const access = (await ask(ACCESS_REVIEW, {
      ...identity,
      user: username,
      nonResourceAttributes: { path, verb: 'get' },
    })) as { readonly allowed?: boolean };
    return access.allowed === true ? 'allowed' : 'forbidden';
  };
}

/** How long a verdict is kept, ms: a right that was taken away ends within a minute, one that was given works soon. */
const KEPT_MS: Readonly<Record<Review, number>> = { allowed: 60_000, unauthenticated: 10_000, forbidden: 10_000 };
/** How long to wait for Kubernetes, before a second caller asks anew, ms. */
const ASKING_MS = 10_000;
const MOST_KEPT = 256;

interface Kept {
  readonly review: Promise<Review>;
  until: number;
}

/** Remembers verdicts for a short time, and asks once for callers that come together. Tokens are kept as digests. */
export function cachedReviewer(reviewer: Reviewer, clock: Clock): Reviewer {
  const kept = new Map<string, Kept>();
  return (token, path) => {
    const key = `${createHash('sha256').update(token).digest('base64')} ${path}`;
    const now = clock.now();
    const found = kept.get(key);
    if (found !== undefined && now < found.until) return found.review;
    kept.delete(key);
    // Made-up tokens must not fill the memory; the oldest entry is the first.
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
    const entry: Kept = { review: reviewer(token, path), until: now + ASKING_MS };
    kept.set(key, entry);
    entry.review.then(
      (review) => {
        entry.until = clock.now() + KEPT_MS[review];
      },
      () => {
        entry.until = 0;
      },
    );
    return entry.review;
  };
}

/** Rights that reviewing takes: the ones of the cluster role `system:auth-delegator`. */
export const REVIEW_RIGHTS = Object.freeze([
  { apiGroup: 'authentication.k8s.io', resource: 'tokenreviews', verbs: ['create'] },
  { apiGroup: 'authorization.k8s.io', resource: 'subjectaccessreviews', verbs: ['create'] },
] as const);
