import type { CliPort } from './port';

/** Time between two drawings, ms. */
const REDRAW_MS = 100;
const BAR = 24;

/** A line that is redrawn while something goes on; nothing where there is no terminal. */
export class ProgressBar {
  #drawnAt = -Infinity;
  #shown = false;

  public constructor(private readonly port: CliPort) {}

  /** Draws the bar, unless it was drawn a moment ago. `part` is from 0 to 1. */
  public show(label: string, part: number, note: string): void {
    if (!this.port.interactive || this.port.now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = this.port.now();
    this.#shown = true;
    const done = Math.round(Math.min(1, Math.max(0, part)) * BAR);
    const line = `${label} ${'█'.repeat(done)}${'░'.repeat(BAR - done)} ${Math.round(part * 100)} % ${note}`;
    this.port.error(`\r\u001b[2K${line.slice(0, Math.max(20, this.port.columns - 1))}`);
  }

  /** Takes the bar away. */
  public clear(): void {
    if (this.#shown) this.port.error('\r\u001b[2K');
    this.#shown = false;
  }
}
