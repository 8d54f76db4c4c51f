import { FileDiscovery, type FileDiscoveryOptions } from './io/file-discovery';
import type { EndpointSource, SourceTargets } from './server-source';

/** Keeps a pool as a file says. */
export function fileSource(
  { path, watch = true }: Pick<FileDiscoveryOptions, 'path' | 'watch'>,
  { pool, rules, log }: SourceTargets,
): EndpointSource {
  const discovery = new FileDiscovery({
    path,
    watch,
    pool,
    rules,
    observer: {
      loaded: (endpoints) => {
        log.info('endpoints were read', { file: path, endpoints });
      },
      refused: (reason) => {
        log.warn('the file of endpoints changed and cannot be used', { file: path, reason });
      },
    },
  });
  return {
    start: () => discovery.start(),
    stop: () => {
      discovery.stop();
      return Promise.resolve();
    },
    leads: true,
    resign: () => undefined,
    reviewer: undefined,
  };
}
