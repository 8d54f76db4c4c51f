/** What happens to pods while the simulation runs. */
export type PodEvent =
  /** A new pod starts; ready when its start is over. */
  | { readonly kind: 'start'; readonly at: number; readonly readyAfterMs: number }
  /** A pod is gone at once, with everything it was doing. */
  | { readonly kind: 'die'; readonly at: number; readonly slot: number }
  /** Steps of a pod take `pace` times as long from now on. */
  | { readonly kind: 'pace'; readonly at: number; readonly slot: number; readonly pace: number };
