import type { Endpoint } from '../../endpoint';

/** Sessions without memory: the answer tells the client its endpoint in a header, which the client sends again. */
export class EncodedEndpointSessions {
  public constructor(private readonly header: string) {}

  /** Index of the session's endpoint among the candidates; -1 where it is not there. */
  public find(headers: ReadonlyMap<string, string>, candidates: readonly Endpoint[]): number {
    const token = headers.get(this.header);
    if (token === undefined) return -1;
    const [namespace = '', id = ''] = decode(token).split('/', 2);
    return candidates.findIndex((endpoint) => endpoint.id === id && endpoint.namespace === namespace);
  }

  public answerHeaders({ namespace, id }: Endpoint): readonly (readonly [string, string])[] {
    return [[this.header, encode(`${namespace}/${id}`)]];
  }

  public remember(): void {
    // The client does.
  }

  public forget(): void {
    // A token of an endpoint that is gone finds nothing.
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of a text of ASCII characters, which Kubernetes names are. */
function encode(text: string): string {
  let encoded = '';
  for (let i = 0; i < text.length; i += 3) {
    const left = text.length - i;
    const group = (text.charCodeAt(i) << 16) | ((text.charCodeAt(i + 1) || 0) << 8) | (text.charCodeAt(i + 2) || 0);
    for (let shift = 18; shift >= 0; shift -= 6) encoded += ALPHABET.charAt((group >> shift) & 63);
    if (left < 3) encoded = encoded.slice(0, left - 3).padEnd(encoded.length, '=');
  }
  return encoded;
}

/** The text of a client's token; empty for one that nobody wrote this way. */
function decode(token: string): string {
  let text = '';
  let group = 0;
  let bits = 0;
  for (const character of token.replace(/=+$/, '')) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return '';
    group = ((group << 6) | value) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    text += String.fromCharCode((group >> bits) & 255);
  }
  return text;
}
