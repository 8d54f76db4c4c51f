import { PluginFault } from '../plugin-fault';

/** Faults in a row after which a plugin is switched off. */
export const FAULTS_UNTIL_OFF = 3;
/** How long it is off the first time, ms; twice as long each time that it fails at once again. */
export const FIRST_PAUSE_MS = 10_000;
export const LONGEST_PAUSE_MS = 300_000;

/** Switches a plugin off for a while when it fails again and again, so that it costs no time with every request. */
export class FaultBreaker {
  #faults = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #offUntil = -Infinity;

  /** Throws while the plugin is off. */
  public check(now: number): void {
    if (now >= this.#offUntil) return;
    throw new PluginFault('switched-off', `is off for another ${Math.ceil((this.#offUntil - now) / 1000)} s`);
  }

  public succeeded(): void {
    this.#faults = 0;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  public failed(now: number): void {
    this.#faults++;
    if (this.#faults < FAULTS_UNTIL_OFF) return;
    this.#offUntil = now + this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.#pauseMs);
    // One more fault after the pause is enough to switch it off again.
    this.#faults = FAULTS_UNTIL_OFF - 1;
  }
}
