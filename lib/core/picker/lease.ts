/** How replicas of a picker agree on one that is ready; the Go picker has the same times. */
export const LEASE = Object.freeze({
  /** How long others wait after the last sign of the leader, s. */
  durationSeconds: 15,
  /** How long a leader that cannot renew stays one, s. Shorter than the others wait, so that there are never two. */
  renewDeadlineSeconds: 10,
  /** Between two attempts, s. */
  retrySeconds: 2,
});

/** Name of the Lease of a pool's pickers. */
export function leaseName(namespace: string, pool: string): string {
  return `epp-${namespace}-${pool}.llm-d.ai`;
}
