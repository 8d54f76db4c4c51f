/**
 * Runs something that a signal can end, and ends it after some ms by itself: the signal that it is given fires for
 * both. Rejects with the reason of whichever came first. `AbortSignal.any` would do the same, and keeps a trace of each
 * use for as long as the outer signal lives.
 */
export async function within<T>(
  ms: number,
  late: Error,
  signal: AbortSignal | undefined,
  run: (both: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const end = (): void => {
    controller.abort(signal?.reason);
  };
  if (signal?.aborted === true) end();
  const timer = setTimeout(() => {
    controller.abort(late);
  }, ms);
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await run(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}
