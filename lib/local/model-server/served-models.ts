import type { VllmSettings } from '../manifests/vllm-arguments';
import { type ApiFault, badRequest, notFound } from './faults';

/** A name that requests may give as their model. */
export interface ServedModel {
  readonly name: string;
  /** Whether it is a LoRA adapter. */
  readonly adapter: boolean;
}

/** The names that a server answers to: those of its base model, and its adapters. */
export class ServedModels {
  readonly #base: readonly string[];
  readonly #adapters: Set<string>;
  readonly #takesAdapters: boolean;

  public constructor(private readonly settings: VllmSettings) {
    this.#base = settings.servedNames;
    this.#adapters = new Set(settings.adapters);
    this.#takesAdapters = settings.maxLoras > 0;
  }

  /** The name of the base model in metrics and answers. */
  public get baseName(): string {
    return this.#base[0] ?? this.settings.model;
  }

  public get adapters(): readonly string[] {
    return [...this.#adapters];
  }

  /** What a request means by its model. */
  public find(name: string): ServedModel | ApiFault {
    if (this.#base.includes(name)) return { name: this.baseName, adapter: false };
    if (this.#adapters.has(name)) return { name, adapter: true };
    return notFound(`The model \`${name}\` does not exist.`, 'model');
  }

  /** Takes an adapter up. Returns what keeps it from that. */
  public load(name: unknown, path: unknown): ApiFault | undefined {
    if (typeof name !== 'string' || typeof path !== 'string' || name === '' || path === '') {
      return badRequest('lora_name and lora_path must both be given');
    }
    if (!this.#takesAdapters) return badRequest('the server was started without --enable-lora');
    if (this.#adapters.has(name)) return badRequest(`the adapter \`${name}\` is loaded already`);
    this.#adapters.add(name);
    return undefined;
  }

  /** Forgets an adapter. Returns what keeps it from that. */
  public unload(name: unknown): ApiFault | undefined {
    if (typeof name !== 'string' || name === '') return badRequest('lora_name must be given');
    return this.#adapters.delete(name) ? undefined : notFound(`the adapter \`${name}\` is not loaded`);
  }

  /** The body of `/v1/models`. */
  public list(createdAt: number, maxTokens: number): object {
    const entry = (id: string, root: string, parent: string | null): object => ({
      id,
      object: 'model',
      created: createdAt,
      owned_by: 'vllm',
      root,
      parent,
      max_model_len: parent === null ? maxTokens : null,
    });
    return {
      object: 'list',
      data: [
        ...this.#base.map((name) => entry(name, this.settings.model, null)),
        ...this.adapters.map((name) => entry(name, name, this.baseName)),
      ],
    };
  }
}
