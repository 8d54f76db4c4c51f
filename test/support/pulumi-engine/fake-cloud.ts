import { isDeepStrictEqual } from 'node:util';
import { type FakeOutputs, type OutputsFor, type ResourceInfo, type ResourceState } from './resource-state';
import { type Registration } from './registration';
import { type Place } from './urn';
import { hasUnknown, type JsonRecord, UNKNOWN } from './wire';

/** Outcome of a registration. */
export type Outcome = Pick<ResourceState, 'id' | 'outputs' | 'secretOutputPaths'>;

/** Answers registrations as the engine and the providers would together. */
export class FakeCloud {
  readonly #outputsFor: OutputsFor;
  readonly #place: Place;
  readonly #preview: boolean;

  public constructor(outputsFor: OutputsFor, place: Place, preview: boolean) {
    this.#outputsFor = outputsFor;
    this.#place = place;
    this.#preview = preview;
  }

  public register(asked: Registration, previous: ResourceState | undefined): Outcome {
    if (!asked.custom && !asked.remote) return { id: undefined, outputs: {}, secretOutputPaths: [] };
    const fake = this.#ask(asked, previous?.id ?? asked.options.import);
    const outputs = this.#visible(asked, fake, previous);
    return { id: this.#id(fake, previous), outputs, secretOutputPaths: secretsOf(asked, fake, outputs) };
  }

  public read(asked: Registration, id: string): Outcome {
    const fake = this.#ask(asked, id);
    const outputs = { ...asked.inputs, ...fake.knownEarly, ...fake.outputs };
    return { id, outputs, secretOutputPaths: secretsOf(asked, fake, outputs) };
  }

  #ask(asked: Registration, id: string | undefined): FakeOutputs {
    const info: ResourceInfo = { name: asked.name, urn: asked.urn, custom: asked.custom, id, ...this.#place };
    return this.#outputsFor(asked.type, asked.inputs, info) ?? {};
  }

  #id(fake: FakeOutputs, previous: ResourceState | undefined): string | undefined {
    if (previous?.id !== undefined) return previous.id;
    return this.#preview || fake.id === undefined || hasUnknown(fake.id) ? undefined : fake.id;
  }

  /** In a preview, an output is known early, or when the resource exists and the output stays what it is. */
  #visible(asked: Registration, fake: FakeOutputs, previous: ResourceState | undefined): JsonRecord {
    const known = { ...asked.inputs, ...fake.knownEarly };
    if (!this.#preview) return { ...known, ...fake.outputs };
    const late = Object.entries(fake.outputs ?? {}).map(([key, value]) => {
      const stays = previous !== undefined && isDeepStrictEqual(previous.outputs[key], value);
      return [key, stays ? value : UNKNOWN] as const;
    });
    return { ...known, ...Object.fromEntries(late) };
  }
}

function secretsOf(asked: Registration, fake: FakeOutputs, outputs: JsonRecord): readonly string[] {
  const declared = [...(asked.options.additionalSecretOutputs ?? []), ...(fake.secretOutputs ?? [])];
  const present = declared.filter((key) => key in outputs);
  return [...new Set([...asked.secretPaths, ...present])].sort();
}
