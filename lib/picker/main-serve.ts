import { createLogger } from './io/logger';
import type { ProcessPort } from './io/process';
import type { Command } from './main-command';
import { ExitCode } from './main-exit';
import { createPickerServer } from './server';
import type { PickerServer } from './server-lifecycle';
import { poolOf } from './server-source';
import { errorFields, type Log } from './telemetry/log';

type ServeCommand = Extract<Command, { readonly kind: 'serve' }>;

/** Serves until a signal says to stop; resolves with the exit code. */
export async function serve({ options, warnings }: ServeCommand, port: ProcessPort): Promise<number> {
  const { name, namespace } = poolOf(options);
  const log = createLogger({
    verbosity: options.verbosity,
    base: { pool: `${namespace}/${name}` },
    ...(port.logStream === undefined ? {} : { stream: port.logStream }),
  });
  for (const warning of warnings) log.warn(warning);
  port.onFatal((error) => {
    log.error('an error that nobody caught ends the process', errorFields(error));
    log.flush();
    port.exit(ExitCode.FAILED);
  });
  const server = await createPickerServer(options, { log });
  const stopped = untilStopped(server, port, log);
  log.info('listening', { ...(await server.start()) });
  await stopped;
  log.flush();
  return ExitCode.OK;
}

/**
 * A first SIGTERM drains as the options say. SIGINT comes from a terminal, where nobody waits for gateways to learn that
 * the picker is going. Any second signal ends at once.
 */
function untilStopped(server: PickerServer, port: ProcessPort, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    port.onStopSignal((signal) => {
      if (stopping) {
        log.warn('a second signal: what is left is broken off', { signal });
        server.kill();
        return;
      }
      stopping = true;
      server.stop(signal === 'SIGINT' ? 0 : undefined).then(resolve, reject);
    });
  });
}
