import * as pulumi from '@pulumi/pulumi';

/** A value that a chart takes from other resources: plain data, in which texts may be outputs. */
export type ReleaseValue =
  | pulumi.Input<string>
  | number
  | boolean
  | null
  | undefined
  | readonly ReleaseValue[]
  | { readonly [key: string]: ReleaseValue };

/** Values of a chart by name, or one output that holds texts by name. */
export type ReleaseValues = { readonly [key: string]: ReleaseValue } | pulumi.Output<object>;

/** A text that is known only after deployment, and what stands for it until then. */
export interface StandIn {
  /** As the chart calls it: `values.image`. */
  readonly name: string;
  readonly output: pulumi.Output<unknown>;
  /** One text for each round; what differs between the rounds depends on the value. */
  readonly texts: readonly [string, string];
}

/** Rounds of synthesis with stand-ins. */
export type Round = 0 | 1;

/** Valid as DNS labels, since namespaces and names are checked, and unlikely to be anybody's own text. */
const MARKS = ['q7x2a', 'm4k9b'] as const;

/** Replaces the outputs among the values of a chart by texts. */
export class StandIns<V> {
  readonly #values: V;
  readonly #known = new Map<string, StandIn>();

  public constructor(values: V) {
    this.#values = values;
  }

  /** Every output that the chart was given, or asked for where the values are one output. */
  public get all(): readonly StandIn[] {
    return [...this.#known.values()];
  }

  /** The values of a round. */
  public inRound(round: Round): pulumi.Unwrap<V> {
    return this.#replace((standIn) => standIn.texts[round]);
  }

  /** The values as they turned out, in the order of `all`. */
  public resolved(texts: readonly string[]): pulumi.Unwrap<V> {
    const byName = new Map(this.all.map((standIn, index) => [standIn.name, texts[index]]));
    return this.#replace((standIn) => byName.get(standIn.name) ?? standIn.texts[0]);
  }

  /** Texts of the first round replaced by those of the second. */
  public swap(text: string): string {
    return this.all.reduce((swapped, { texts }) => swapped.replaceAll(texts[0], texts[1]), text);
  }

  /** Stand-ins of the first round replaced by the values as they turned out. */
  public fill(text: string, texts: readonly string[]): string {
    return this.all.reduce(
      (filled, standIn, index) => filled.replaceAll(standIn.texts[0], () => texts[index] ?? ''),
      text,
    );
  }

  /** The values in a text of the first round. */
  public within(text: string): readonly StandIn[] {
    return this.all.filter((standIn) => text.includes(standIn.texts[0]));
  }

  /** Stand-ins replaced by the names of their values, for readers. */
  public describe(text: string): string {
    return this.all.reduce(
      (described, { texts, name }) =>
        texts.reduce((result, own) => result.replaceAll(own, () => `\${${name}}`), described),
      text,
    );
  }

  #replace(textOf: (standIn: StandIn) => string): pulumi.Unwrap<V> {
    const values: unknown = this.#values;
    const replaced = isDeferred(values)
      ? this.#ofOutput(pulumi.output(values), textOf)
      : this.#ofData(values, 'values', textOf);
    // The shape is that of the values, with texts in place of outputs.
    return replaced as pulumi.Unwrap<V>;
  }

  #ofData(value: unknown, name: string, textOf: (standIn: StandIn) => string): unknown {
    if (isDeferred(value)) return textOf(this.#standIn(name, () => pulumi.output(value)));
    if (Array.isArray(value)) return value.map((item, index) => this.#ofData(item, `${name}[${index}]`, textOf));
    if (!isPlain(value)) return value;
    const entries = Object.entries(value).map(([key, item]) => [key, this.#ofData(item, `${name}.${key}`, textOf)]);
    return Object.fromEntries(entries) as unknown;
  }

  /** The fields of an output are not known either, so every field that a chart asks for is a text. */
  #ofOutput(output: pulumi.Output<unknown>, textOf: (standIn: StandIn) => string): unknown {
    const field = (key: string): pulumi.Output<unknown> =>
      output.apply((record) => (isPlain(record) ? record[key] : undefined));
    return new Proxy(Object.create(null) as object, {
      get: (_target, key) =>
        typeof key === 'symbol' ? undefined : textOf(this.#standIn(`values.${key}`, () => field(key))),
      ownKeys: () => {
        throw new TypeError('the fields of an output cannot be listed; name them: { cluster: outputs.clusterName }');
      },
    });
  }

  #standIn(name: string, output: () => pulumi.Output<unknown>): StandIn {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const index = this.#known.size;
    const standIn: StandIn = {
      name,
      output: output(),
      texts: [`pulumi-output-${index}-${MARKS[0]}`, `pulumi-output-${index}-${MARKS[1]}`],
    };
    this.#known.set(name, standIn);
    return standIn;
  }
}

function isDeferred(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Instances of classes are passed on as they are: a copy would lose their methods. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
