import type { Clock } from '../../picker/time';
import type { Timing } from '../model-server/engine';
import { systemTiming } from '../model-server/io/timing';
import type { LocalStack } from '../stack/types';
import { builtPage, type PageAssets } from './page-assets';
import { type AdminServer, startAdminServer } from './server';
import { StackTarget } from './stack-target';

export interface StackAdminOptions {
  /** @default - the page as it was built */
  readonly assets?: PageAssets | undefined;
  /** @default - those of the machine */
  readonly timing?: (Timing & Clock) | undefined;
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/** Serves the page of a running stack. Port 0 takes a free one. The stack itself goes on when the page stops. */
export async function startStackAdmin(
  stack: LocalStack,
  port: number,
  { assets = builtPage(), timing = systemTiming, onFault }: StackAdminOptions = {},
): Promise<AdminServer> {
  const target = new StackTarget(stack, timing, onFault);
  const server = await startAdminServer({ target, assets, port, timing, onFault });
  return {
    url: server.url,
    stop: async () => {
      await target.stopLoad();
      await server.stop();
    },
  };
}
