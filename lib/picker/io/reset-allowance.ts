/** Streams that a client may reset at once, and how many more a second, where Node.js fixes it: nghttp2 1.57. */
const LIMIT = 1000;
const PER_SECOND = 33;

/** Kept back for resets of streams that had just ended, which nobody tells of. */
const RESERVE = 100;

/** First version of Node.js that lets servers choose: `streamResetBurst` and `streamResetRate`. */
const CONFIGURABLE = [22, 10] as const;

/** Whether a server on this version of Node.js can lift the limit on resets. */
export function canLiftResetLimit(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > CONFIGURABLE[0] || (major === CONFIGURABLE[0] && minor >= CONFIGURABLE[1]);
}

/**
 * Counts the resets of a connection as nghttp2 does, which breaks it off with all its streams when there are too many:
 * a defence against attackers that also hits gateways, since they reset every stream whose request is over. Connections
 * are exempt from the moment that they are being retired, so that is what to do before the allowance is spent.
 */
export class ResetAllowance {
  #left = LIMIT - RESERVE;
  #at: number;

  /** Times are in milliseconds. */
  public constructor(now: number) {
    this.#at = now;
  }

  /** Takes a reset; false when the connection should be retired. */
  public take(now: number): boolean {
    const regained = ((now - this.#at) / 1000) * PER_SECOND;
    this.#left = Math.min(LIMIT - RESERVE, this.#left + regained) - 1;
    this.#at = now;
    return this.#left > 0;
  }
}
