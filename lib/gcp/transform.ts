/** Changes the arguments of a child resource before it is made. */
export type Transform<Args> = (args: Args) => Args;

/**
 * Escape hatch of every component: a function for each child, by the child's role.
 *
 * ```ts
 * transform: { cluster: (args) => ({ ...args, enableMultiNetworking: true }) }
 * ```
 */
export type Transforms<Children extends object> = { readonly [Role in keyof Children]?: Transform<Children[Role]> };

/** The arguments of a child, changed where its user asked for it. */
export function applyTransform<Args>(transform: Transform<Args> | undefined, args: Args): Args {
  return transform === undefined ? args : transform(args);
}
