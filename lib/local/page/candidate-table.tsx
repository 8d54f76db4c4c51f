import type { JSX } from 'preact';
import type { CandidateState, ScorePart } from '../admin/state';
import { formatScore } from './format';

/** Every candidate with what each scorer gave it: weight x score, and the sum. */
export function CandidateTable({ candidates }: { readonly candidates: readonly CandidateState[] }): JSX.Element {
  const scorers = candidates[0]?.parts ?? [];
  return (
    <div class="scroll">
      <table class="candidates">
        <thead>
          <tr>
            <th scope="col">Pod</th>
            {scorers.map(({ scorer }) => (
              <th key={scorer} scope="col" class="number">
                {scorer}
              </th>
            ))}
            <th scope="col" class="number">
              Total
            </th>
          </tr>
        </thead>
        {candidates.map((candidate) => (
          <CandidateRows key={candidate.endpoint} candidate={candidate} columns={scorers.length + 2} />
        ))}
      </table>
    </div>
  );
}

interface CandidateRowsProps {
  readonly candidate: CandidateState;
  readonly columns: number;
}

function CandidateRows({
  candidate: { pod, endpoint, chosen, parts, total, why },
  columns,
}: CandidateRowsProps): JSX.Element {
  return (
    <tbody class={chosen ? 'candidate chosen' : 'candidate'}>
      <tr>
        <th scope="row" title={endpoint}>
          {pod} {chosen && <span class="badge">chosen</span>}
        </th>
        {parts.map((part) => (
          <PartCell key={part.scorer} part={part} />
        ))}
        <td class="number total" data-total={total}>
          {formatScore(total)}
        </td>
      </tr>
      <tr class="reason">
        <td colSpan={columns}>{why}</td>
      </tr>
    </tbody>
  );
}

function PartCell({ part: { weight, score } }: { readonly part: ScorePart }): JSX.Element {
  return (
    <td class="number part" data-weight={weight} data-score={score}>
      <b>{formatScore(weight * score)}</b>
      <small>
        {formatScore(weight)} × {formatScore(score)}
      </small>
    </td>
  );
}
