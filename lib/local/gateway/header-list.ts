import { AppendAction } from '../../picker/protocol/fields';
import type { HeaderList } from '../../picker/protocol/responses';

/** A header that the picker sets; `action` is an `AppendAction`. */
export interface HeaderChange {
  readonly name: string;
  readonly value: string;
  readonly action: number;
}

/** What the picker does to headers. */
export interface HeaderMutation {
  readonly set: readonly HeaderChange[];
  readonly remove: readonly string[];
}

/**
 * Headers of a connection, not of a request (RFC 9110, 7.6.1). `expect` is answered and `trailer` has no use here:
 * like Envoy by default, the gateway drops HTTP/1.1 trailers.
 */
const HOP_BY_HOP: readonly string[] = [
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Names in lower case and values, in their order, of what Node.js calls raw headers; without those of the connection. */
export function endToEnd(rawHeaders: readonly string[]): HeaderList {
  const all: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    all.push([rawHeaders[i]?.toLowerCase() ?? '', rawHeaders[i + 1] ?? '']);
  }
  const named = valuesOf(all, 'connection').flatMap((value) =>
    value.split(',').map((name) => name.trim().toLowerCase()),
  );
  const kept = all.filter(([name]) => !HOP_BY_HOP.includes(name) && !named.includes(name));
  const wantsTrailers = valuesOf(all, 'te').some((value) => /\btrailers\b/i.test(value));
  return wantsTrailers ? [...kept, ['te', 'trailers']] : kept;
}

/** A header's values, one by one. */
export function valuesOf(headers: HeaderList, wanted: string): readonly string[] {
  return headers.filter(([name]) => name === wanted).map(([, value]) => value);
}

/** A header's value, several joined; undefined when it is missing. */
export function valueOf(headers: HeaderList, wanted: string): string | undefined {
  const values = valuesOf(headers, wanted);
  return values.length === 0 ? undefined : values.join(',');
}

/** Headers by name, several values joined. */
export function byName(headers: HeaderList): Readonly<Record<string, string>> {
  const record: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of headers) {
    const known = record[name];
    record[name] = known === undefined ? value : `${known},${value}`;
  }
  return record;
}

/** Headers with others in place of, or beside, theirs. */
export function withHeaders(headers: HeaderList, others: HeaderList): HeaderList {
  const names = others.map(([name]) => name);
  return [...without(headers, ...names), ...others];
}

/** The headers of other names. */
export function without(headers: HeaderList, ...names: readonly string[]): HeaderList {
  return headers.filter(([name]) => !names.includes(name));
}

/** Headers as the picker wants them; those that it may not touch stay, as Envoy has it. */
export function mutate(headers: HeaderList, { set, remove }: HeaderMutation): HeaderList {
  let mutated = without(headers, ...remove.filter(isOpen));
  for (const change of set) {
    if (isOpen(change.name)) mutated = applyChange(mutated, change);
  }
  return mutated;
}

function isOpen(name: string): boolean {
  return !name.startsWith(':') && !name.startsWith('x-envoy') && name !== 'host' && name !== '';
}

function applyChange(headers: HeaderList, { name, value, action }: HeaderChange): HeaderList {
  const exists = headers.some(([known]) => known === name);
  switch (action) {
    case AppendAction.ADD_IF_ABSENT:
      return exists ? headers : [...headers, [name, value]];
    case AppendAction.OVERWRITE_IF_EXISTS:
      return exists ? withHeaders(headers, [[name, value]]) : headers;
    case AppendAction.APPEND_IF_EXISTS_OR_ADD:
      return [...headers, [name, value]];
    default:
      return withHeaders(headers, [[name, value]]);
  }
}
