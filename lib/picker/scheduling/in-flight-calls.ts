import type { Call, CallTarget } from './call';
import type { Endpoint } from './endpoint';
import type { InFlight, InFlightEntry } from './in-flight';

interface Charge {
  readonly target: CallTarget;
  readonly entry: InFlightEntry;
}

/**
 * Follows calls and keeps the in-flight numbers of their endpoints. A prefill or encode pod is done with the first token
 * of the answer; the pod that answers is done when the call is.
 */
export class InFlightCalls {
  readonly #charges = new Map<Call, readonly Charge[]>();

  public constructor(private readonly inFlight: InFlight) {}

  /** Calls that are not finished. */
  public get size(): number {
    return this.#charges.size;
  }

  public routed(call: Call, now: number): void {
    this.#charges.set(
      call,
      call.targets.map((target) => ({ target, entry: this.inFlight.start(target, call.request, now) })),
    );
  }

  /** Charges the endpoint that served, `call.primary`, in place of the one that was chosen. */
  public moved(call: Call, from: Endpoint, now: number): void {
    const charges = this.#charges.get(call);
    if (charges === undefined) return;
    const { primary } = call;
    this.#charges.set(
      call,
      charges.map((charge) => {
        if (charge.target.profile !== primary.profile || charge.target.endpoint !== from) return charge;
        charge.entry.release();
        return { target: primary, entry: this.inFlight.start(primary, call.request, now) };
      }),
    );
  }

  public firstToken(call: Call): void {
    for (const { target, entry } of this.#charges.get(call) ?? []) {
      if (target.profile === call.primary.profile) entry.firstToken();
      else entry.release();
    }
  }

  /** The answer has that many tokens more. */
  public generated(call: Call, tokens: number): void {
    for (const { target, entry } of this.#charges.get(call) ?? []) {
      if (target.profile === call.primary.profile) entry.generated(tokens);
    }
  }

  public finished(call: Call): void {
    for (const { entry } of this.#charges.get(call) ?? []) entry.release();
    this.#charges.delete(call);
  }
}
