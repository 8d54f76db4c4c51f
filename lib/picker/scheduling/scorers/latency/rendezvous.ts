/** Hash of a name, 32 bits (FNV-1a). */
export function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A whole number below 2^53 as 32 bits. */
export function foldKey(key: number): number {
  return (key | 0) ^ Math.imul((key / 2 ** 32) | 0, 0x9e3779b1);
}

/**
 * Where a pod stands for a key, from 0 (first) to below 1: as random as a hash, and the same for everybody who asks
 * (rendezvous hashing). Both are 32 bits.
 */
export function placeOf(key: number, pod: number): number {
  let bits = key ^ pod;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
