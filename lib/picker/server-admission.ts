import type { Admission, AdmissionTicket, AdmissionVerdict } from './admission/types';
import type { Clock } from './time';

/** Time between two looks at what waits, ms. */
const TICK_MS = 1;

/** Admission that is told of time passing as long as something waits, and of nothing else. */
export class TickingAdmission implements Admission {
  readonly #admission: Admission;
  readonly #clock: Pick<Clock, 'now'>;
  #timer: NodeJS.Timeout | undefined;

  public constructor(admission: Admission, clock: Pick<Clock, 'now'>) {
    this.#admission = admission;
    this.#clock = clock;
  }

  public get waiting(): number {
    return this.#admission.waiting;
  }

  public admit(ticket: AdmissionTicket): AdmissionVerdict | Promise<AdmissionVerdict> {
    const verdict = this.#admission.admit(ticket);
    if (verdict instanceof Promise) {
      this.#timer ??= setInterval(() => {
        this.tick(this.#clock.now());
      }, TICK_MS);
    }
    return verdict;
  }

  public tick(now: number): void {
    this.#admission.tick(now);
    if (this.#admission.waiting === 0) this.#stop();
  }

  public close(): void {
    this.#stop();
    this.#admission.close();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
