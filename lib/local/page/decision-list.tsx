import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { DecisionState } from '../admin/state';
import { formatCount, formatLatency, formatScore } from './format';

interface DecisionListProps {
  readonly decisions: readonly DecisionState[];
  readonly onOpen: (decision: DecisionState) => void;
}

/** Lines that the list always has room for, so that it does not grow under the reader's pointer. */
const LINES = 12;

/** The last decisions of the picker, newest first. They stand still while somebody points at them or is among them. */
export function DecisionList({ decisions: latest, onOpen }: DecisionListProps): JSX.Element {
  const [held, setHeld] = useState<readonly DecisionState[]>();
  const decisions = held ?? latest;
  const hold = (): void => {
    if (latest.length > 0) setHeld((before) => before ?? latest);
  };
  const release = (): void => {
    setHeld(undefined);
  };
  return (
    <section
      class="panel decisions"
      aria-labelledby="decisions"
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocusIn={hold}
      onFocusOut={release}
    >
      <h2 id="decisions">
        Last decisions <small>{held === undefined ? '' : 'held while you look'}</small>
      </h2>
      {decisions.length === 0 ? (
        <p class="empty">None yet: start a load, or send a request to the picker's address.</p>
      ) : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Model</th>
                <th scope="col" class="number">
                  Prompt
                </th>
                <th scope="col">Chosen pod</th>
                <th scope="col" class="number">
                  Score
                </th>
                <th scope="col" class="number">
                  TTFT
                </th>
                <th scope="col" class="why">
                  Why
                </th>
              </tr>
            </thead>
            <tbody>
              {decisions.slice(0, LINES).map((decision) => (
                <DecisionLine key={decision.id} decision={decision} onOpen={onOpen} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

interface DecisionLineProps {
  readonly decision: DecisionState;
  readonly onOpen: (decision: DecisionState) => void;
}

function DecisionLine({ decision, onOpen }: DecisionLineProps): JSX.Element {
  const chosen = decision.candidates.find((candidate) => candidate.chosen);
  const open = (): void => {
    onOpen(decision);
  };
  return (
    <tr onClick={open}>
      <td>{new Date(decision.at).toLocaleTimeString('en-GB')}</td>
      <td>{decision.model}</td>
      <td class="number">{formatCount(decision.promptTokens)}</td>
      <td>
        <button
          type="button"
          class="link"
          aria-haspopup="dialog"
          onClick={(event) => {
            event.stopPropagation();
            open();
          }}
        >
          {decision.pod}
        </button>
      </td>
      <td class="number">{chosen === undefined ? '' : formatScore(chosen.total)}</td>
      <td class="number">{formatLatency(decision.ttftMs)}</td>
      <td class="why" title={chosen?.why}>
        {chosen?.why}
      </td>
    </tr>
  );
}
