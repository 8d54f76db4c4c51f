/** Shortest time a model server is given to start, seconds: image pull excluded, weights, compilation and warm-up included. */
const BASE_SECONDS = 900;

/** Slowest download that is still waited for, GiB a second: a busy NAT or a throttled hub. */
const SLOWEST_DOWNLOAD = 1 / 40;

/** Without knowing the model: enough for about 70 GiB of weights. */
const UNKNOWN_MODEL_SECONDS = 3600;

/**
 * Time from the start of the container to a loaded model, seconds, that even a slow load keeps. The startup probe waits
 * this long before it restarts the container, so it errs on the long side.
 */
export function startupBudgetSeconds(weightsGib: number | undefined): number {
  if (weightsGib === undefined) return UNKNOWN_MODEL_SECONDS;
  const seconds = BASE_SECONDS + weightsGib / SLOWEST_DOWNLOAD;
  return Math.ceil(seconds / 300) * 300;
}
