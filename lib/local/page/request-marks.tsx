import type { JSX } from 'preact';
import { marks } from './marks';

/** Marks that fit on the line of a card. */
const ROOM = 18;

interface RequestMarksProps {
  readonly running: number;
  readonly waiting: number;
}

/** A mark for each request in a pod: full while it runs, hollow while it waits. */
export function RequestMarks({ running, waiting }: RequestMarksProps): JSX.Element {
  const shown = marks(running, waiting, ROOM);
  return (
    <div class="flow">
      <div class="marks" aria-hidden="true">
        {Array.from({ length: shown.running }, (_, i) => (
          <i key={`r${String(i)}`} class="mark" />
        ))}
        {Array.from({ length: shown.waiting }, (_, i) => (
          <i key={`w${String(i)}`} class="mark hollow" />
        ))}
        {shown.more > 0 && <span class="more">+{shown.more}</span>}
      </div>
      <span class="counts">
        {running} running, {waiting} waiting
      </span>
    </div>
  );
}
