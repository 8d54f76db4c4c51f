/** A header's name and value. */
export type Field = readonly [name: string, value: string];

/** The static table of RFC 7541, appendix A: names with values separated by a space, the first of them at index 1. */
// prettier-ignore
const STATIC: readonly Field[] = [
  ':authority', ':method GET', ':method POST', ':path /', ':path /index.html', ':scheme http', ':scheme https',
  ':status 200', ':status 204', ':status 206', ':status 304', ':status 400', ':status 404', ':status 500',
  'accept-charset', 'accept-encoding gzip, deflate', 'accept-language', 'accept-ranges', 'accept',
  'access-control-allow-origin', 'age', 'allow', 'authorization', 'cache-control', 'content-disposition',
  'content-encoding', 'content-language', 'content-length', 'content-location', 'content-range', 'content-type',
  'cookie', 'date', 'etag', 'expect', 'expires', 'from', 'host', 'if-match', 'if-modified-since', 'if-none-match',
  'if-range', 'if-unmodified-since', 'last-modified', 'link', 'location', 'max-forwards', 'proxy-authenticate',
  'proxy-authorization', 'range', 'referer', 'refresh', 'retry-after', 'server', 'set-cookie',
  'strict-transport-security', 'transfer-encoding', 'user-agent', 'vary', 'via', 'www-authenticate',
].map((entry): Field => {
  const space = entry.indexOf(' ');
  return space < 0 ? [entry, ''] : [entry.slice(0, space), entry.slice(space + 1)];
});

/** Size of a table before anybody says otherwise, and the largest that we take. */
export const MAX_TABLE = 4096;

/** What an entry takes beside its characters. */
const ENTRY_OVERHEAD = 32;

/** Fields that a connection's headers refer to by index: the fixed ones, then the latest that were sent. */
export class HpackTable {
  /** Latest last. */
  #entries: Field[] = [];
  #size = 0;
  #limit = MAX_TABLE;

  /** The field of an index, from 1. */
  public at(index: number): Field | undefined {
    return index <= STATIC.length ? STATIC[index - 1] : this.#entries[this.#entries.length - (index - STATIC.length)];
  }

  public add(field: Field): void {
    this.#entries.push(field);
    this.#size += sizeOf(field);
    this.#evict();
  }

  public resize(limit: number): void {
    this.#limit = limit;
    this.#evict();
  }

  #evict(): void {
    let gone = 0;
    while (this.#size > this.#limit) {
      const oldest = this.#entries[gone++];
      if (oldest === undefined) break;
      this.#size -= sizeOf(oldest);
    }
    if (gone > 0) this.#entries = this.#entries.slice(gone);
  }
}

/** Bytes that a field counts for, RFC 7541 section 4.1. */
export function sizeOf([name, value]: Field): number {
  return name.length + value.length + ENTRY_OVERHEAD;
}
