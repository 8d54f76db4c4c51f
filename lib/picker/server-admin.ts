import type { Json } from '../core/picker/config';
import { DebugPages, DebugPaths } from './director/debug-pages';
import { type AdminAnswer, AdminServer } from './io/admin-server';
import { adminAccess, type Reviewer } from './io/admin-server-access';
import { cpuProfile } from './io/admin-server-profile';
import { readText } from './io/config-file';
import { metricsPage } from './io/metrics-page';
import { readCertificate } from './io/tls-certificate';
import type { AdminOptions } from './options';
import type { PoolView } from './pool/views';
import type { DecisionCore } from './server-director';
import type { Clock } from './time';

/** What the admin server shows, and to whom. */
export interface AdminFrontOptions {
  readonly admin: AdminOptions;
  readonly host: string | undefined;
  readonly core: DecisionCore;
  readonly pool: PoolView;
  readonly configText: string;
  /** The picker's metrics in pieces. */
  readonly metrics: () => Iterable<string>;
  /** Further parts of `/debug/state`. */
  readonly state: Readonly<Record<string, () => Json>>;
  /** Undefined to show metrics to everybody. */
  readonly reviewer: Reviewer | undefined;
  readonly clock: Clock;
  readonly onFault: (where: string, error: unknown) => void;
}

const PROFILE = '/debug/profile';

/** The HTTP server with the pages of this picker. Reads certificates; throws a `ValidationError` for those that do not do. */
export async function createAdminServer(options: AdminFrontOptions): Promise<AdminServer> {
  const { admin, host, onFault } = options;
  const { debugTokenFile } = admin;
  const access = adminAccess({
    reviewer: options.reviewer,
    debugToken: debugTokenFile === undefined ? undefined : () => readText(debugTokenFile, '--debug-token-file'),
    onError: (error) => {
      onFault('review of a token', error);
    },
  });
  return new AdminServer(pagesOf(options), {
    port: admin.port,
    host,
    tls: await tlsOf(admin),
    access,
    onError: (error, path) => {
      onFault(path, error);
    },
  });
}

function pagesOf(options: AdminFrontOptions): ConstructorParameters<typeof AdminServer>[0] {
  const { admin, core, pool, configText, state, clock } = options;
  const page = metricsPage({ pages: options.metrics });
  const debug = new DebugPages({ log: core.log, pool, configText, state, now: () => clock.now() });
  return {
    metrics: () => page.render(),
    debug: (path, query): AdminAnswer | undefined | Promise<AdminAnswer> =>
      path === PROFILE && admin.profiling ? cpuProfile(query) : debug.answer(path, query),
    debugPaths: [...Object.values(DebugPaths), ...(admin.profiling ? [PROFILE] : [])],
  };
}

async function tlsOf({
  certDir,
  clientCaFile,
}: AdminOptions): Promise<ConstructorParameters<typeof AdminServer>[1]['tls']> {
  if (certDir === undefined) return undefined;
  const clientCa = clientCaFile === undefined ? undefined : await readText(clientCaFile, '--metrics-client-ca-file');
  return { ...(await readCertificate(certDir)), clientCa };
}
