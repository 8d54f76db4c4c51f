import { childPath, stringAt, type JsonObject } from './json-values';

/** Kubernetes' published schemas leave out the enums that its Go code checks. */
export function notOneOf(object: unknown, key: string, allowed: readonly string[], path: string): string[] {
  const value = stringAt(object as JsonObject, key);
  if (value === undefined || allowed.includes(value)) return [];
  return [`${childPath(path, key)}: must be one of ${JSON.stringify(allowed)}, got "${value}"`];
}

export function notAPort(port: unknown, path: string): string[] {
  if (typeof port === 'string') {
    return isPortName(port) ? [] : [`${path}: not a port name: "${port}"`];
  }
  if (typeof port !== 'number') return [];
  return port >= 1 && port <= 65535 ? [] : [`${path}: must be between 1 and 65535, got ${port}`];
}

/** An IANA service name. */
export function isPortName(name: string): boolean {
  return (
    name.length <= 15 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name) && /[a-z]/.test(name) && !name.includes('--')
  );
}

const multipliers: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** NaN for what is not a quantity: the schema reports that. */
export function quantityNumber(quantity: unknown): number {
  if (typeof quantity === 'number') return quantity;
  if (typeof quantity !== 'string') return NaN;
  const suffix = /([KMGTPE]i|[numkMGTPE])$/.exec(quantity)?.[1];
  const multiplier = suffix === undefined ? 1 : (multipliers[suffix] ?? NaN);
  return Number(suffix === undefined ? quantity : quantity.slice(0, -suffix.length)) * multiplier;
}
