/** An object without its undefined fields, for specs that are put together from optional settings. */
export function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  // The entries left are those of T whose value is there, which is what T's optional fields mean.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
