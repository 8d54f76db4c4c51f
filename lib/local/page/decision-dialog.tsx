import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { DecisionState } from '../admin/state';
import { CandidateTable } from './candidate-table';
import { formatCount, formatLatency } from './format';

interface DecisionDialogProps {
  readonly decision: DecisionState | undefined;
  readonly onClose: () => void;
}

/** A decision with all of its candidates, as it was when it was opened. */
export function DecisionDialog({ decision, onClose }: DecisionDialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    // Modal: the browser keeps the focus inside, and gives it back at the end.
    if (decision === undefined) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [decision]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="decision-title"
      onClose={onClose}
      onClick={({ target }) => {
        if (target === dialog.current) onClose();
      }}
    >
      {decision !== undefined && (
        <article class="decision">
          <div class="decision-head">
            <h2 id="decision-title">Decision for {decision.pod}</h2>
            <button type="button" onClick={onClose}>
              Close
            </button>
          </div>
          <p>
            {decision.model}, {formatCount(decision.promptTokens)} prompt tokens,{' '}
            {decision.ttftMs === undefined ? 'no token yet' : `first token after ${formatLatency(decision.ttftMs)}`}.
            Each scorer rates every pod from 0 to 1; the pod with the highest sum of weight × score is chosen.
          </p>
          <CandidateTable candidates={decision.candidates} />
          {decision.filtered.length > 0 && (
            <p>Taken out before: {decision.filtered.map(({ endpoint, by }) => `${endpoint} by ${by}`).join(', ')}.</p>
          )}
          <p class="id">
            <code>{decision.id}</code>
          </p>
        </article>
      )}
    </dialog>
  );
}
