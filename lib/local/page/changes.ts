import type { LocalState } from '../admin/state';

/** What changed between two states that somebody who does not see the page wants to hear. */
export function changes(before: LocalState | undefined, after: LocalState): readonly string[] {
  if (before === undefined) return [];
  const old = phases(before);
  const now = phases(after);
  const gone = [...old.keys()].filter((name) => !now.has(name)).map((name) => `${name} is gone`);
  const moved = [...now].flatMap(([name, phase]) => {
    const was = old.get(name);
    if (was === undefined) return [`${name} was added`];
    return was !== phase && phase === 'ready' ? [`${name} is ready`] : [];
  });
  return [...gone, ...moved, ...loadChange(before, after)];
}

function phases({ lanes }: LocalState): ReadonlyMap<string, string> {
  return new Map(lanes.flatMap(({ pods }) => pods.map(({ name, phase }) => [name, phase] as const)));
}

function loadChange({ load: before }: LocalState, { load: after }: LocalState): readonly string[] {
  if (before === undefined && after !== undefined) return [`a load of ${after.workload} started`];
  return before !== undefined && after === undefined ? [`the load of ${before.workload} ended`] : [];
}
