/** Marks of the requests in a pod, as many as there is room for. */
export interface Marks {
  readonly running: number;
  readonly waiting: number;
  /** Requests without a mark. */
  readonly more: number;
}

/** Gives marks to running requests first, and always some to those that wait. */
export function marks(running: number, waiting: number, room: number): Marks {
  if (running + waiting <= room) return { running, waiting, more: 0 };
  const forWaiting = Math.min(waiting, Math.max(Math.floor(room / 3), room - running));
  const forRunning = Math.min(running, room - forWaiting);
  return { running: forRunning, waiting: forWaiting, more: running + waiting - forRunning - forWaiting };
}
