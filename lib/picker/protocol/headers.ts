import type { WireReader } from './wire-reader';

/** Adds the headers of a `config.core.v3.HeaderMap` that the reader stands before; the last value of a name wins. */
export function readHeaderMap(reader: WireReader, into: Map<string, string>): void {
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) readHeader(reader, into);
    else reader.skip();
  }
  reader.leave(outer);
}

/** `config.core.v3.HeaderValue`: key 1, value 2, raw_value 3. Envoy sends raw values, older gateways plain ones. */
function readHeader(reader: WireReader, into: Map<string, string>): void {
  let key = '';
  let value = '';
  let raw = '';
  const outer = reader.enter();
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        key = reader.text();
        break;
      case 2:
        value = reader.text();
        break;
      case 3:
        raw = reader.text();
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(outer);
  if (key !== '') into.set(key.toLowerCase(), raw === '' ? value : raw);
}
