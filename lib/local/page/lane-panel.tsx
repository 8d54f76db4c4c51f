import type { JSX } from 'preact';
import type { LaneState } from '../admin/state';
import { AddPod } from './add-pod';
import { LaneNumbers } from './lane-numbers';
import { PodCard } from './pod-card';

interface LanePanelProps {
  readonly lane: LaneState;
  /** The lane that it is compared with; undefined where nothing is. */
  readonly other: LaneState | undefined;
}

const TITLES = { picker: 'Endpoint picker', 'round-robin': 'Round-robin' } as const;

/** One way of routing: its numbers and its pods. */
export function LanePanel({ lane, other }: LanePanelProps): JSX.Element {
  const { name, url, pods } = lane;
  return (
    <section class={`panel lane lane-${name}`} aria-labelledby={`lane-${name}`} data-lane={name}>
      <div class="lane-head">
        <h2 id={`lane-${name}`}>{TITLES[name]}</h2>
        <code>{url}</code>
      </div>
      <LaneNumbers lane={lane} other={other} />
      <ul class="pods">
        {pods.map((pod) => (
          <PodCard key={pod.name} pod={pod} />
        ))}
        <AddPod lane={name} deployments={[...new Set(pods.map(({ deployment }) => deployment))]} />
      </ul>
    </section>
  );
}
