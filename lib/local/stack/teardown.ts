/** What must be ended, the last begun first. */
export class Teardown {
  readonly #steps: (() => void | Promise<void>)[] = [];
  #ended: Promise<void> | undefined;

  /** Adds a step. */
  public add(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  /** Takes all steps once, also those after one that fails; rejects with the first failure. */
  public end(): Promise<void> {
    this.#ended ??= this.#run();
    return this.#ended;
  }

  async #run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
