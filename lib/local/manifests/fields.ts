/** A mapping of a manifest. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is a mapping. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mapping at a path; an empty one where there is none. */
export function fieldsAt(fields: Fields, ...path: readonly string[]): Fields {
  return path.reduce<Fields>((part, key) => {
    const next = part[key];
    return isFields(next) ? next : {};
  }, fields);
}

/** The mappings of the list under a key. */
export function listAt(fields: Fields, key: string): readonly Fields[] {
  const value = fields[key];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The text under a key. */
export function textAt(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  return typeof value === 'string' ? value : undefined;
}

/** The number under a key. */
export function numberAt(fields: Fields, key: string): number | undefined {
  const value = fields[key];
  return typeof value === 'number' ? value : undefined;
}

/** The texts of the list under a key. */
export function textsAt(fields: Fields, key: string): readonly string[] {
  const value = fields[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The mapping under a key, with only its text values: labels and selectors. */
export function labelsAt(fields: Fields, key: string): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsAt(fields, key));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
