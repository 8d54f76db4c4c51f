import { execFile } from 'node:child_process';

/** Where Envoy is: the variable `ENVOY`, else the one on PATH. */
export function envoyCommand(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['ENVOY'] ?? 'envoy';
}

/** Whether a command is an Envoy that runs here. */
export function isEnvoy(command: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command, ['--version'], { timeout: 10_000 }, (error, stdout) => {
      resolve(error === null && stdout.includes('version'));
    });
  });
}
