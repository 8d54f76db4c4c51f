/** Number format of weights and activations. */
export type DataType = 'float32' | 'float16' | 'bfloat16';

/** Format of weights that were quantized, or are quantized while they load. */
export type Quantization = 'fp8' | 'awq' | 'gptq' | 'mxfp4' | 'bitsandbytes';

/** Layers that see only the last tokens, and keep only those in the KV cache. */
export interface SlidingWindow {
  /** Tokens that such a layer sees. */
  readonly tokens: number;
  /** How many of the model's layers are of this kind. */
  readonly layers: number;
}

/** What the library must know of a model to check that it fits its GPUs. */
export interface ModelFacts {
  /** Hugging Face repository, such as `google/gemma-3-12b-it`. */
  readonly id: string;
  /** All parameters, in billions; for a mixture of experts every expert counts. */
  readonly parametersBillion: number;
  /**
   * Parameters that one token uses, in billions, where a mixture of experts leaves some out.
   * @default - all
   */
  readonly activeParametersBillion?: number;
  readonly layers: number;
  readonly attentionHeads: number;
  readonly kvHeads: number;
  /** Elements of one attention head. */
  readonly headSize: number;
  /** Longest prompt and answer together, tokens. */
  readonly maxContext: number;
  /** Whether Hugging Face asks for a token of an account that accepted the licence. */
  readonly gated: boolean;
  /**
   * Format of the published weights.
   * @default 'bfloat16'
   */
  readonly dataType?: DataType;
  /**
   * Format that the published weights are quantized to.
   * @default - not quantized
   */
  readonly quantization?: Quantization;
  /**
   * Whether its values overflow 16-bit floating point with a short exponent: servers refuse float16.
   * @default false
   */
  readonly refusesFloat16?: boolean;
  /**
   * Size of the published weights, GiB, where formats are mixed in them.
   * @default - parameters times the bytes of their format
   */
  readonly publishedWeightsGib?: number;
  /**
   * Layers with sliding-window attention.
   * @default - every layer sees all tokens
   */
  readonly slidingWindow?: SlidingWindow;
  /**
   * Elements that one token takes in one layer's KV cache where it is not 2 x KV heads x head size (latent attention).
   * @default - 2 x kvHeads x headSize
   */
  readonly kvElementsPerLayer?: number;
}
