import type * as threads from 'node:worker_threads';
import type { CustomPlugin } from '../scheduling/custom/definition';
import type { CustomQuestion } from '../scheduling/custom/runner';

/** What a worker is started with. */
export interface WorkerSettings {
  /** Absolute path of the module. */
  readonly module: string;
  /** Export that holds the definition; the module itself when empty. */
  readonly exportName: string;
  /** Parameters for `create`. */
  readonly parameters: unknown;
  readonly port: threads.MessagePort;
  /** First element: number of the last question that was answered. */
  readonly answered: Int32Array;
}

/** A question with its number. */
export interface WorkerQuestion extends CustomQuestion {
  readonly number: number;
}

/** An answer to a question: what the plugin said of each endpoint, or the text of its error. */
export type WorkerAnswer = { readonly number: number } & (
  { readonly answers: readonly unknown[] } | { readonly error: string }
);

/**
 * The program of the worker thread. It is handed over as text, so that the bundled picker stays one file: it may use
 * nothing from outside its body but its argument.
 */
function workerMain(load: (name: string) => unknown): void {
  const worker = load('node:worker_threads') as typeof threads;
  const { module, exportName, parameters, port, answered } = worker.workerData as WorkerSettings;
  const exported = load(module) as Readonly<Record<string, CustomPlugin | undefined>> | CustomPlugin;
  const definition = (
    exportName === '' ? exported : (exported as Readonly<Record<string, CustomPlugin>>)[exportName]
  ) as CustomPlugin;
  const ask = definition.create(parameters);
  const answer = ({ number, request, endpoints, context }: WorkerQuestion): WorkerAnswer => {
    try {
      return { number, answers: endpoints.map((endpoint) => ask(request, endpoint, context)) };
    } catch (error) {
      return { number, error: error instanceof Error ? error.message : String(error) };
    }
  };
  port.on('message', (question: WorkerQuestion) => {
    try {
      port.postMessage(answer(question));
    } catch (error) {
      // The answers were not data, such as functions.
      port.postMessage({ number: question.number, error: String(error) });
    }
    Atomics.store(answered, 0, question.number);
    Atomics.notify(answered, 0);
  });
  worker.parentPort?.postMessage('ready');
}

/** Text of the worker's program. */
export const WORKER_SOURCE = `(${workerMain.toString()})(require);`;
