import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import { type Problem, ValidationError } from '../../core/problem';
import type { ModelRulesStore } from '../pool/model-rules-store';
import { type EndpointsFileContent, readEndpointsFile } from '../pool/objects/endpoints-file';
import type { PoolState } from '../pool/pool-state';
import { readDocument } from '../scheduling/config/document';
import { readText } from './config-file';

/** Told of what people want to know. */
export interface FileObserver {
  /** The file was read, at the start or because it changed. */
  loaded?(endpoints: number): void;
  /** The file changed and cannot be used; what it said before stays in force. */
  refused?(reason: string): void;
}

/** Which file to read, and what to keep as it says. */
export interface FileDiscoveryOptions {
  readonly path: string;
  readonly pool: PoolState;
  readonly rules: ModelRulesStore;
  /**
   * Told of what was read.
   * @default - nobody hears
   */
  readonly observer?: FileObserver;
  /**
   * Whether changes of the file are followed.
   * @default true
   */
  readonly watch?: boolean;
  /**
   * Time between two looks at the file, ms, for file systems that do not tell of changes.
   * @default 2000
   */
  readonly pollMs?: number;
}

const DEFAULT_POLL_MS = 2000;

/** Keeps a pool and its model rules as a YAML or JSON file says. The file may be replaced or edited at any time. */
export class FileDiscovery {
  readonly #options: FileDiscoveryOptions;
  /** Text that was seen last, good or bad. */
  #text: string | undefined;
  /** What was told last of a file that cannot be used. */
  #refusal: string | undefined;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #checking = false;
  #checkAgain = false;

  public constructor(options: FileDiscoveryOptions) {
    this.#options = options;
  }

  /**
   * Reads the file, and follows its changes from then on unless told not to. Rejects with a `ValidationError` when it
   * cannot be used.
   */
  public async start(): Promise<void> {
    const { path, pool, watch: follows = true, pollMs = DEFAULT_POLL_MS } = this.#options;
    const text = await readText(path, '--endpoints-file');
    const content = parseEndpointsFile(text, path, pool.namespace);
    this.#text = text;
    pool.setSpec({ selector: undefined, targetPorts: [] });
    this.#apply(content);
    if (!follows) return;
    // The folder, not the file: a file that is replaced, as in a mounted ConfigMap, is another one.
    this.#watcher = watchFolder(dirname(path), () => void this.#check());
    this.#timer = setInterval(() => void this.#check(), pollMs);
  }

  public stop(): void {
    this.#watcher?.close();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One look at a time; what changes during one is looked at after it. */
  async #check(): Promise<void> {
    this.#checkAgain = true;
    if (this.#checking) return;
    this.#checking = true;
    while (this.#checkAgain) {
      this.#checkAgain = false;
      await this.#reload();
    }
    this.#checking = false;
  }

  async #reload(): Promise<void> {
    const { path, pool } = this.#options;
    try {
      const text = await readText(path, '--endpoints-file');
      if (text === this.#text || this.#timer === undefined) return;
      this.#text = text;
      this.#apply(parseEndpointsFile(text, path, pool.namespace));
      this.#refusal = undefined;
    } catch (error) {
      this.#refuse(error instanceof Error ? error.message : String(error));
    }
  }

  /** Told once, not at every look. */
  #refuse(reason: string): void {
    if (reason === this.#refusal || this.#timer === undefined) return;
    this.#refusal = reason;
    this.#options.observer?.refused?.(reason);
  }

  #apply({ pods, objectives, rewrites }: EndpointsFileContent): void {
    const { pool, rules, observer } = this.#options;
    rules.setObjectives(objectives);
    rules.setRewrites(rewrites);
    pool.replacePods(pods);
    observer?.loaded?.(pool.endpoints.length);
  }
}

/** Reads the text of a file of endpoints; throws an error that names the lines. */
export function parseEndpointsFile(text: string, path: string, namespace: string): EndpointsFileContent {
  const document = readDocument(text);
  if (document.problems.length > 0) {
    throw new ValidationError(
      path,
      document.problems.map(({ position, problem }) => onLine(position.line, problem)),
    );
  }
  const content = readEndpointsFile(document.value, namespace);
  if ('pods' in content) return content;
  throw new ValidationError(
    path,
    content.map(({ path: steps, problem }) => onLine(document.locate(steps).line, problem)),
  );
}

function onLine(line: number, problem: Problem): Problem {
  return { ...problem, what: `line ${line}: ${problem.what}` };
}

function watchFolder(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(folder, changed).on('error', () => undefined);
  } catch {
    // Some file systems cannot tell; the timer looks then.
    return undefined;
  }
}
