import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';

/** What is kept of a process's messages, characters. */
const KEPT_OUTPUT = 8000;

/** Time that a process gets to end by itself, ms. */
const PATIENCE_MS = 5000;

/**
 * Runs a command and kills it when the shell's own input ends, which happens whatever way its parent goes; then removes
 * the folder. In a shell, since nothing of this process runs after a hard kill.
 */
const GUARD = [
  'folder=$1; shift',
  'exec 3<&0',
  '"$@" </dev/null 3<&- & child=$!',
  '(cat <&3 >/dev/null; kill -KILL $child) >/dev/null 2>&1 & guard=$!',
  // The shell has something to say of a killed child, and would die of it when nobody listens any more.
  'exec 3<&- 2>/dev/null',
  'wait $child; status=$?',
  'kill $guard 2>/dev/null',
  'rm -rf "$folder"',
  'exit $status',
].join('\n');

export interface GuardedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Folder of the process alone; removed when it has ended. */
  readonly folder: string;
}

/** A process that does not outlive this one, however this one ends. */
export class GuardedProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #exit: Promise<unknown>;
  #output = '';
  #isRunning = true;

  public constructor({ command, args, folder }: GuardedProcessOptions) {
    this.#folder = folder;
    // A group of its own: Ctrl-C in the terminal reaches this process, which then ends the other in its turn.
    this.#child = spawn('/bin/sh', ['-c', GUARD, 'sh', folder, command, ...args], {
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.#exit = once(this.#child, 'exit').catch(() => undefined);
    this.#child.on('error', (error) => {
      this.#output += error.message;
      this.#ended();
    });
    this.#child.once('exit', () => {
      this.#ended();
    });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
    });
    process.once('exit', this.#kill);
  }

  public get isRunning(): boolean {
    return this.#isRunning;
  }

  /** What it said last. */
  public get output(): string {
    return this.#output;
  }

  /** Resolves when it has ended. */
  public async ended(): Promise<void> {
    await this.#exit;
  }

  /** Ends it. */
  public async stop(): Promise<void> {
    if (this.#isRunning) {
      const timer = setTimeout(this.#kill, PATIENCE_MS);
      this.#child.stdin?.end();
      await this.#exit;
      clearTimeout(timer);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ended(): void {
    this.#isRunning = false;
    process.removeListener('exit', this.#kill);
    this.#child.stdin?.destroy();
  }

  readonly #kill = (): void => {
    const { pid } = this.#child;
    if (!this.#isRunning || pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
    rmSync(this.#folder, { recursive: true, force: true });
  };
}
