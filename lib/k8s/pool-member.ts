/** A group of pods that an InferencePool sends requests to. */
export interface PoolMember {
  /** Labels that select exactly these pods; a pool derives its selector from them. */
  readonly selectorLabels: Readonly<Record<string, string>>;
  /** Ports that the pods serve on. */
  readonly targetPorts: readonly number[];
  /** Names of the models and adapters that they serve, or undefined when that is not known. */
  readonly servedModels: readonly string[] | undefined;
  /** Whether adapters are served beside the base model. */
  readonly servesAdapters: boolean;
  /** Path that answers 200 while a pod is healthy. */
  readonly healthPath: string;
  /** Longest time that a pod goes on serving after it was told to stop, seconds. */
  readonly drainSeconds: number;
}

/** Settings of pods that something else made. */
export interface ExistingPods {
  readonly selectorLabels: Readonly<Record<string, string>>;
  /** Ports that the pods serve on. */
  readonly targetPorts: readonly number[];
  /**
   * Names of the models that they serve.
   * @default - not known: logical models are not checked against them
   */
  readonly servedModels?: readonly string[];
  /**
   * Path of the health check.
   * @default '/health'
   */
  readonly healthPath?: string;
}

/** Pods outside the program, such as those of a chart that is installed already. */
export function existingPods(pods: ExistingPods): PoolMember & { readonly external: true } {
  return {
    external: true,
    selectorLabels: pods.selectorLabels,
    targetPorts: pods.targetPorts,
    servedModels: pods.servedModels,
    servesAdapters: (pods.servedModels?.length ?? 0) > 1,
    healthPath: pods.healthPath ?? '/health',
    drainSeconds: 60,
  };
}
