/**
 * Logical names of a release's objects: the release, then the construct path, without what says nothing twice. They
 * follow the construct tree, as the names in the cluster do, and never a value that is known only after deployment.
 */
export function objectNames(release: string, paths: readonly string[]): ReadonlyMap<string, string> {
  const short = new Map(paths.map((path) => [path, shortName(release, path)]));
  const counts = new Map<string, number>();
  for (const name of short.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...short].map(([path, name]) => [path, counts.get(name) === 1 ? name : `${release}/${path}`]));
}

/** The main child of a construct is called `Default` or `Resource` by convention. */
function shortName(release: string, path: string): string {
  const trimmed = path.replace(/\/(Default|Resource)$/, '');
  return trimmed.startsWith(`${release}/`) ? trimmed : `${release}/${trimmed}`;
}
