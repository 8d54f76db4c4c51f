import { SERVED_ENDPOINT_KEY, SUBSET_HEADER } from '../../core/headers';
import { MetadataNamespaces } from '../../core/picker/ext-proc';
import { EntryField, ValueField } from './fields';
import type { WireReader } from './wire-reader';

/** What the gateway's dynamic metadata says about endpoints. */
export interface EndpointHints {
  /** Endpoints that may be chosen; undefined when there is no hint, empty when none may. */
  readonly subset: readonly string[] | undefined;
  /** Endpoint that served the request. */
  readonly served: string | undefined;
}

/** Hints of a message without metadata. */
export const NO_HINTS: EndpointHints = Object.freeze({ subset: undefined, served: undefined });

/**
 * Finds the two hints in a `config.core.v3.Metadata` (filter_metadata 1, a map of structs) and builds nothing of the
 * rest: gateways send all their metadata with every message.
 */
export function readEndpointHints(reader: WireReader): EndpointHints {
  let subset: readonly string[] | undefined;
  let served: string | undefined;
  eachEntry(reader, NAMESPACES, (namespace) => {
    const key = namespace === MetadataNamespaces.SUBSET ? SUBSET_HEADER : SERVED_ENDPOINT_KEY;
    eachEntry(reader, [key], () => {
      if (namespace === MetadataNamespaces.SUBSET) subset = readTexts(reader);
      else served = readTexts(reader)?.[0];
    });
  });
  return subset === undefined && served === undefined ? NO_HINTS : { subset, served };
}

const NAMESPACES: readonly string[] = Object.values(MetadataNamespaces);

/**
 * Walks a message whose field 1 is a map from text to messages. Stands the reader before the value of each
 * entry whose key is wanted; `visit` moves it past that value.
 */
export function eachEntry(reader: WireReader, wanted: readonly string[], visit: (key: string) => void): void {
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) readEntry(reader, wanted, visit);
    else reader.skip();
  }
  reader.leave(outer);
}

/** Encoders write the key (1) before the value (2); an entry that has it last is legal, and nobody makes one. */
function readEntry(reader: WireReader, wanted: readonly string[], visit: (key: string) => void): void {
  let key = '';
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === EntryField.KEY) key = reader.text();
    else if (reader.field === EntryField.VALUE && wanted.includes(key)) visit(key);
    else reader.skip();
  }
  reader.leave(outer);
}

/** Texts of a `google.protobuf.Value` that is a text, comma separated, or a list of texts. */
export function readTexts(reader: WireReader): readonly string[] | undefined {
  let texts: readonly string[] | undefined;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === ValueField.TEXT) texts = split(reader.text());
    else if (reader.field === ValueField.LIST) texts = readList(reader);
    else reader.skip();
  }
  reader.leave(outer);
  return texts;
}

/** `google.protobuf.ListValue`: values 1. Values that are no texts are left out. */
function readList(reader: WireReader): readonly string[] {
  const texts: string[] = [];
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) texts.push(...readText(reader));
    else reader.skip();
  }
  reader.leave(outer);
  return texts;
}

function readText(reader: WireReader): readonly string[] {
  let texts: readonly string[] = [];
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === ValueField.TEXT) texts = split(reader.text());
    else reader.skip();
  }
  reader.leave(outer);
  return texts;
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
