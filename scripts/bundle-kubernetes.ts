import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const CLIENT = '@kubernetes/client-node';

/** Part of the client library that finds servers and credentials. */
const CONFIG = `${CLIENT}/dist/config.js`;

/**
 * Takes of Kubernetes' client library only the part that finds servers and credentials: the picker makes its few requests
 * itself. The generated classes of every API, which that part imports for makers of clients, are 14 MB of code and half
 * a second at each start.
 */
export function credentialsOnly(root: string): Plugin {
  return {
    name: 'kubernetes-credentials-only',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${CLIENT}$`) }, () => ({ path: join(root, 'node_modules', CONFIG) }));
      build.onResolve({ filter: /^\.\/gen\/index\.js$/ }, ({ importer }) =>
        importer.endsWith(CONFIG) ? { path: 'clients', namespace: 'kubernetes-without' } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'kubernetes-without' }, () => ({ contents: WITHOUT_CLIENTS }));
    },
  };
}

const WITHOUT_CLIENTS = `
function refuse() { throw new Error('the bundle has no generated clients of Kubernetes'); }
export const createConfiguration = refuse;
export class ServerConfiguration { constructor() { refuse(); } }
`;
