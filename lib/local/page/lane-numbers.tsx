import type { JSX } from 'preact';
import type { LaneState } from '../admin/state';
import { compareHits, compareLatency, type Comparison } from './comparison';
import { formatCount, formatLatency, formatPart, formatRate } from './format';

interface LaneNumbersProps {
  readonly lane: LaneState;
  readonly other: LaneState | undefined;
}

/** The numbers of a lane now, and how they compare with the other one. */
export function LaneNumbers({ lane, other }: LaneNumbersProps): JSX.Element {
  const { ttft, hitRatio, requestsPerSecond, inFlight, completed, failed } = lane;
  return (
    <dl class="numbers">
      <Figure name="TTFT p50" value={formatLatency(ttft.p50)} comparison={compareLatency(lane, other, 'p50')} />
      <Figure name="TTFT p90" value={formatLatency(ttft.p90)} comparison={compareLatency(lane, other, 'p90')} />
      <Figure name="Cache hits" value={formatPart(hitRatio)} comparison={compareHits(lane, other)} />
      <Figure name="Requests / s" value={formatRate(requestsPerSecond)} note={`${String(inFlight)} in flight`} />
      <Figure
        name="Answered"
        value={formatCount(completed)}
        note={failed === 0 ? 'none failed' : `${formatCount(failed)} failed`}
      />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
  readonly comparison?: Comparison | undefined;
}

function Figure({ name, value, note, comparison }: FigureProps): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        <small class={comparison?.verdict}>{comparison?.text ?? note ?? '\u00a0'}</small>
      </dd>
    </div>
  );
}
