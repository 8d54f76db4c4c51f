/** Longest wait for streams that outlive the drain, before Kubernetes kills the container, seconds. */
export const GRACE_AFTER_DRAIN_SECONDS = 100;
