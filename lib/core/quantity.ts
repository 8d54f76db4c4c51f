/** Bytes of each suffix of a Kubernetes quantity; the empty one stands for plain bytes. */
const SUFFIXES: Readonly<Record<string, number>> = Object.freeze({
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
});

/**
 * Bytes of a size as Kubernetes writes quantities: `4Mi`, `500k` or `4194304`. Undefined for anything else, and for
 * what is no whole number of bytes.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseBytes(text: string): number | undefined {
  const [, number, suffix = ''] = /^(\d+(?:\.\d+)?)([kMGT]|[KMGT]i)?$/.exec(text) ?? [];
  const unit = SUFFIXES[suffix];
  if (number === undefined || unit === undefined) return undefined;
  const bytes = Number(number) * unit;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest exact text for a number of bytes: `4Mi`, `1500`. */
export function formatBytes(bytes: number): string {
  if (bytes === 0) return '0';
  for (const suffix of ['Ti', 'Gi', 'Mi', 'Ki']) {
    const unit = SUFFIXES[suffix] ?? 1;
    if (bytes % unit === 0) return `${bytes / unit}${suffix}`;
  }
  return String(bytes);
}
