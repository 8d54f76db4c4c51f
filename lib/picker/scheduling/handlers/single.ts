import type { PluginFactory } from '../plugin-factory';
import type { ProfileHandler } from '../plugin';

const NONE: readonly never[] = Object.freeze([]);

/** Runs the only profile. */
export function singleProfileHandler(name: string): ProfileHandler {
  return {
    type: 'single-profile-handler',
    name,
    kind: 'profile-handler',
    next: ({ picked }, profiles) => (picked.size === 0 ? profiles[0] : undefined),
    conclude: ({ picked }) => {
      const [primary] = picked.keys();
      return { primary, setHeaders: NONE, removeHeaders: NONE };
    },
  };
}

export const SINGLE_PROFILE: PluginFactory<ProfileHandler> = {
  type: 'single-profile-handler',
  create: (name) => singleProfileHandler(name),
};
