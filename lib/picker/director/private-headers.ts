/** Parts of the names of headers that hold credentials, or say who a person is. */
const PRIVATE = [
  'authorization',
  'cookie',
  'api-key',
  'apikey',
  'secret',
  'password',
  'credential',
  'jwt',
  'assertion',
  'client-cert',
  'access-token',
  'auth-token',
  'id-token',
  'security-token',
  'signature',
];

/** What stands in the place of a value that is not shown. */
export const HIDDEN = '[hidden]';

/** Headers for a record: credentials are named and not shown. The query of a path may hold anything, so it goes too. */
export function publicHeaders(headers: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, shown(name, value)]));
}

function shown(name: string, value: string): string {
  if (PRIVATE.some((part) => name.includes(part))) return HIDDEN;
  if (!name.endsWith('path')) return value;
  const query = value.indexOf('?');
  return query < 0 ? value : `${value.slice(0, query + 1)}${HIDDEN}`;
}
