import type { Json } from '../../core/picker/config';
import type { Filter, Picker, Scorer } from '../scheduling/plugin';
import type { Profile } from '../scheduling/profile';
import type { ProfileRecord } from './decision-record';

/**
 * Profiles whose plugins are as they were when a decision was recorded: with their states, and failing where they
 * failed. A profile that the record does not know takes the states of plugins of the same name.
 */
export function recordedProfiles(profiles: readonly Profile[], records: readonly ProfileRecord[]): readonly Profile[] {
  return profiles.map((profile) => {
    const record = records.find((candidate) => candidate.profile === profile.name);
    const faults = new Map(record?.faults.map(({ plugin, message }) => [plugin, message]));
    return {
      ...profile,
      filters: profile.filters.map((filter) => failing(filter, faults)),
      scorers: profile.scorers.map(({ scorer, weight }) => ({
        weight,
        scorer: failing(restoring(scorer, stateOf(scorer.name, record, records)), faults),
      })),
      picker: failing(profile.picker, faults),
    };
  });
}

function stateOf(scorer: string, own: ProfileRecord | undefined, all: readonly ProfileRecord[]): Json | null {
  const found = (own === undefined ? all : [own]).flatMap(({ scorers }) => scorers);
  return found.find(({ plugin, state }) => plugin === scorer && state !== null)?.state ?? null;
}

/** Gives a scorer its state before each use: one that stands in two profiles has two. */
function restoring(scorer: Scorer, state: Json | null): Scorer {
  if (state === null || scorer.restore === undefined) return scorer;
  return {
    kind: 'scorer',
    type: scorer.type,
    name: scorer.name,
    capture: () => state,
    score(context, candidates, scores) {
      scorer.restore?.(state, candidates);
      scorer.score(context, candidates, scores);
    },
  };
}

function failing<P extends Filter | Scorer | Picker>(plugin: P, faults: ReadonlyMap<string, string>): P {
  const message = faults.get(plugin.name);
  if (message === undefined) return plugin;
  const fail = (): never => {
    throw new Error(message);
  };
  return { ...plugin, type: plugin.type, name: plugin.name, kind: plugin.kind, filter: fail, score: fail, pick: fail };
}
