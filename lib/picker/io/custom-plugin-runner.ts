import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { CustomQuestion, CustomRunner } from '../scheduling/custom/runner';
import { PluginFault } from '../scheduling/plugin-fault';
import { WORKER_SOURCE, type WorkerAnswer, type WorkerQuestion } from './custom-plugin-worker';

/** A plugin to run in a thread of its own. */
export interface WorkerRunnerOptions {
  /** Absolute path of the module. */
  readonly module: string;
  /** Export that holds the definition; the module itself when empty. */
  readonly exportName: string;
  /** Plain data. */
  readonly parameters: unknown;
  /** How long the picker waits for one decision, ms. */
  readonly timeLimitMs: number;
  /** Milliseconds, with fractions. */
  readonly now: () => number;
}

/** How long a worker may be late before it is taken for lost, ms. A short delay is the machine's fault, not its own. */
const LOST_AFTER_MS = 250;
/** How long a worker may take to load its module, ms. */
const START_LIMIT_MS = 10_000;
/** Memory for the objects of a plugin, MiB: with more the thread ends, and only that. */
const MOST_MEMORY_MIB = 128;

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly answered: Int32Array;
  ready: boolean;
}

/**
 * Asks a plugin in a thread of its own and waits for the answer, but no longer than its time limit: a decision must not
 * be asynchronous, and it must not hang. A thread that is lost or ended is started again when it is asked next.
 */
export class WorkerRunner implements CustomRunner {
  #thread: Thread | undefined;
  #asked = 0;
  #askedAt = 0;

  public constructor(private readonly options: WorkerRunnerOptions) {}

  /** Loads the module. Rejects when that fails or takes too long. */
  public start(): Promise<void> {
    const thread = this.#startThread();
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.#stop(thread);
        reject(new PluginFault('timed-out', `did not load within ${START_LIMIT_MS / 1000} s`));
      }, START_LIMIT_MS);
      thread.worker.once('message', resolve);
      thread.worker.once('error', (error) => {
        reject(error);
      });
      thread.worker.once('exit', () => {
        clearTimeout(limit);
        reject(new PluginFault('threw', 'ended while it was loaded'));
      });
      thread.worker.once('message', () => {
        clearTimeout(limit);
      });
    });
  }

  public run(question: CustomQuestion): readonly unknown[] {
    const thread = this.#readyThread();
    const number = ++this.#asked;
    this.#askedAt = this.options.now();
    thread.port.postMessage({ ...question, number } satisfies WorkerQuestion);
    if (!this.#waitFor(thread, number)) {
      throw new PluginFault('timed-out', `took more than ${this.options.timeLimitMs} ms`);
    }
    const answer = this.#receive(thread, number);
    if (answer === undefined) throw new PluginFault('invalid-result', 'sent no answer');
    if ('error' in answer) throw new PluginFault('threw', answer.error);
    return answer.answers;
  }

  /** Ends the thread. */
  public async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    thread?.port.close();
    await thread?.worker.terminate();
  }

  #readyThread(): Thread {
    const thread = this.#thread ?? this.#startThread();
    if (!thread.ready) throw new PluginFault('switched-off', 'is being started');
    if (Atomics.load(thread.answered, 0) === this.#asked) return thread;
    if (this.options.now() - this.#askedAt > LOST_AFTER_MS) {
      this.#stop(thread);
      throw new PluginFault('timed-out', `did not come back from an earlier decision and was ended`);
    }
    throw new PluginFault('timed-out', 'is still at work on an earlier decision');
  }

  #waitFor({ answered }: Thread, number: number): boolean {
    const deadline = this.#askedAt + this.options.timeLimitMs;
    for (;;) {
      const last = Atomics.load(answered, 0);
      if (last === number) return true;
      const left = deadline - this.options.now();
      if (left <= 0) return false;
      Atomics.wait(answered, 0, last, left);
    }
  }

  /** Answers to earlier questions that came too late are dropped on the way. */
  #receive({ port }: Thread, number: number): WorkerAnswer | undefined {
    for (;;) {
      const received = receiveMessageOnPort(port) as { readonly message: WorkerAnswer } | undefined;
      if (received === undefined || received.message.number === number) return received?.message;
    }
  }

  #startThread(): Thread {
    const { module, exportName, parameters } = this.options;
    const { port1, port2 } = new MessageChannel();
    const answered = new Int32Array(new SharedArrayBuffer(4));
    Atomics.store(answered, 0, this.#asked);
    const worker = new Worker(WORKER_SOURCE, {
      eval: true,
      workerData: { module, exportName, parameters, port: port2, answered },
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MIB },
    });
    const thread: Thread = { worker, port: port1, answered, ready: false };
    worker.once('message', () => {
      thread.ready = true;
    });
    // An error ends the thread, which is all that matters here: whoever asks next finds none.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    worker.unref();
    this.#thread = thread;
    return thread;
  }

  #stop(thread: Thread): void {
    if (this.#thread === thread) this.#thread = undefined;
    thread.port.close();
    void thread.worker.terminate();
  }
}
