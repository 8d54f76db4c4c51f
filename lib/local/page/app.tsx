import type { JSX } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import type { DecisionState } from '../admin/state';
import { DecisionDialog } from './decision-dialog';
import { DecisionList } from './decision-list';
import { Header } from './header';
import { LanePanel } from './lane-panel';
import { LatencyChart } from './latency-chart';
import { LoadForm } from './load-form';
import { useStack } from './use-stack';

/** The whole page. */
export function App(): JSX.Element {
  const { state, connected, news } = useStack();
  const [open, setOpen] = useState<DecisionState>();
  const close = useCallback(() => {
    setOpen(undefined);
  }, []);
  if (state === undefined) return <p class="waiting">Waiting for the stack…</p>;
  const [first, second] = state.lanes;
  return (
    <>
      <Header state={state} connected={connected} />
      <main>
        <section class="panel top" aria-label="Load and latency">
          <LoadForm workloads={state.workloads} load={state.load} />
          <LatencyChart lanes={state.lanes} />
        </section>
        <div class="lanes">
          {state.lanes.map((lane) => (
            <LanePanel key={lane.name} lane={lane} other={lane === first ? second : undefined} />
          ))}
        </div>
        {first !== undefined && <DecisionList decisions={first.decisions} onOpen={setOpen} />}
      </main>
      <DecisionDialog decision={newest(first?.decisions, open)} onClose={close} />
      <p class="spoken" aria-live="polite">
        {news}
      </p>
    </>
  );
}

/** What is known by now of an open decision: its first token comes later. The list forgets old ones, the dialog does not. */
function newest(all: readonly DecisionState[] = [], open: DecisionState | undefined): DecisionState | undefined {
  return open && (all.find(({ id }) => id === open.id) ?? open);
}
