import type { Problem } from '../problem';

/** A range of IPv4 addresses. */
export interface Cidr {
  /** As written, such as `10.0.0.0/20`. */
  readonly text: string;
  /** First address, as a number. */
  readonly first: number;
  /** Bits of the network part, 0 to 32. */
  readonly prefix: number;
  /** Number of addresses. */
  readonly size: number;
}

const PATTERN = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** A range from its text; undefined for what is not one, bits beyond the prefix included. */
export function parseCidr(text: string): Cidr | undefined {
  const cidr = parseLoosely(text);
  return cidr === undefined || cidr.first % cidr.size !== 0 ? undefined : cidr;
}

/** Whether two ranges share an address. */
export function overlap(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** An address as text. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}

/** Checks the text of a range. */
export function checkCidr(field: string, text: string): Problem | undefined {
  if (parseCidr(text) !== undefined) return undefined;
  const loose = parseLoosely(text);
  if (loose === undefined) {
    return {
      what: `${field} '${text}' is not a range of IPv4 addresses`,
      why: 'a range is an address and the number of its leading bits',
      fix: 'write it as 10.0.0.0/20',
    };
  }
  const start = loose.first - (loose.first % loose.size);
  return {
    what: `${field} '${text}' does not start at its first address`,
    why: `a /${loose.prefix} holds ${loose.size} addresses and starts at a multiple of that`,
    fix: `use '${formatAddress(start)}/${loose.prefix}'`,
  };
}

function parseLoosely(text: string): Cidr | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = match.slice(1).map(Number);
  if ([a, b, c, d].some((part) => part > 255) || prefix > 32) return undefined;
  return { text, first: ((a * 256 + b) * 256 + c) * 256 + d, prefix, size: 2 ** (32 - prefix) };
}
