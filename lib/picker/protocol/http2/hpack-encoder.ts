const LITERAL = 0x00;
const TEXT_PREFIX = 0x7f;

/**
 * A header block without compression: what a gRPC server says is short, mostly the same, and encoded once. Names are
 * lower case; characters above U+00FF are cut to a byte.
 */
export function encodeHeaders(headers: readonly (readonly [string, string])[]): Uint8Array {
  const bytes: number[] = [];
  for (const [name, value] of headers) {
    bytes.push(LITERAL);
    pushText(bytes, name);
    pushText(bytes, value);
  }
  return Uint8Array.from(bytes);
}

function pushText(bytes: number[], text: string): void {
  let rest = text.length - TEXT_PREFIX;
  if (rest < 0) bytes.push(text.length);
  else {
    bytes.push(TEXT_PREFIX);
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
    bytes.push(rest);
  }
  for (let i = 0; i < text.length; i++) bytes.push(text.charCodeAt(i) & 0xff);
}
