import type { Field } from './field';

/** What Kubernetes keeps of every object. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Milliseconds since 1970; infinite where it is not known, so that such an object counts as the youngest. */
  readonly createdAt: number;
  /** Whether it is being deleted. */
  readonly deleting: boolean;
}

/** Reads `metadata`; what is missing has a value that harms nobody. */
export function readMeta(root: Field): ObjectMeta {
  const meta = root.at('metadata');
  const created = Date.parse(meta.at('creationTimestamp').stringOr(''));
  return {
    name: meta.at('name').string(),
    namespace: meta.at('namespace').stringOr('default'),
    uid: meta.at('uid').stringOr(''),
    labels: meta.at('labels').texts(),
    annotations: meta.at('annotations').texts(),
    createdAt: Number.isNaN(created) ? Infinity : created,
    deleting: !meta.at('deletionTimestamp').missing,
  };
}
