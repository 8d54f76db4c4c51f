import { HeaderMapField, HeaderValueField } from './fields';
import type { WireReader } from './wire-reader';

/** Adds the headers of a `config.core.v3.HeaderMap` that the reader stands before; the last value of a name wins. */
export function readHeaderMap(reader: WireReader, into: Map<string, string>): void {
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === HeaderMapField.HEADERS) readHeader(reader, into);
    else reader.skip();
  }
  reader.leave(outer);
}

function readHeader(reader: WireReader, into: Map<string, string>): void {
  const [key, value] = readHeaderValue(reader);
  if (key !== '') into.set(key, value);
}

/** A header with its name in lower case, empty when it has none. Envoy sends raw values, older gateways plain ones. */
export function readHeaderValue(reader: WireReader): readonly [key: string, value: string] {
  let key = '';
  let value = '';
  let raw = '';
  const outer = reader.enter();
  while (reader.next()) {
    switch (reader.field) {
      case HeaderValueField.KEY:
        key = reader.text();
        break;
      case HeaderValueField.VALUE:
        value = reader.text();
        break;
      case HeaderValueField.RAW_VALUE:
        raw = reader.text();
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(outer);
  return [key.toLowerCase(), raw === '' ? value : raw];
}
