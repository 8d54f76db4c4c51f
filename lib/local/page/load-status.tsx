import type { JSX } from 'preact';
import type { LoadState } from '../admin/state';
import { formatClock } from './format';

/** How far a load is. */
export function LoadStatus({ load }: { readonly load: LoadState | undefined }): JSX.Element {
  if (load === undefined) return <p class="load-status wide">Every lane gets the same requests.</p>;
  const { elapsedSeconds, seconds, sent, completed, failed } = load;
  return (
    <p class="load-status wide">
      <progress max={seconds} value={elapsedSeconds} aria-label="Progress of the load" />
      {formatClock(elapsedSeconds)} of {formatClock(seconds)} · {completed} of {sent} answered
      {failed > 0 && <strong> · {failed} failed</strong>}
    </p>
  );
}
