import { envoyCommand, isEnvoy } from './envoy-binary';
import { EnvoyError, startEnvoyGateway } from './envoy-gateway';
import { startNodeProxy } from './node-proxy';
import type { LocalGatewayOptions, LocalGatewayServer } from './types';

export interface StartGatewayOptions extends LocalGatewayOptions {
  /**
   * `auto`: Envoy where there is one that starts, else the Node proxy.
   * @default 'auto'
   */
  readonly prefer?: 'auto' | 'envoy' | 'node' | undefined;
  /**
   * Name or path of Envoy's executable.
   * @default - the variable ENVOY, else `envoy` on PATH
   */
  readonly envoy?: string | undefined;
}

/**
 * Starts the gateway of the local stack. Throws a `ListenError` for a port that is taken; nothing is left running then.
 */
export async function startGateway(options: StartGatewayOptions): Promise<LocalGatewayServer> {
  const { prefer = 'auto', envoy: command = envoyCommand(), onFault } = options;
  if (prefer === 'node') return startNodeProxy(options);
  if (await isEnvoy(command)) {
    try {
      return await startEnvoyGateway({ ...options, command });
    } catch (error) {
      if (prefer === 'envoy' || !(error instanceof EnvoyError)) throw error;
      onFault?.(error);
    }
  } else if (prefer === 'envoy') {
    throw new Error(
      `'${command}' is no Envoy that runs here; put one on PATH, name it in ENVOY, or choose the Node proxy`,
    );
  }
  return startNodeProxy(options);
}
