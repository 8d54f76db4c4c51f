import { PodAnnotations } from '../../../core/labels';
import type { Problem } from '../../../core/problem';
import type { PodFacts } from '../pod-facts';
import { type Field, readObject } from './field';
import { readMeta } from './meta';

/** Reads a Pod. */
export function readPod(pod: unknown): PodFacts | Problem {
  return readObject(pod, (root) => {
    const { name, namespace, uid, labels, annotations, deleting } = readMeta(root);
    const ports = annotations[PodAnnotations.ACTIVE_PORTS] ?? annotations[PodAnnotations.LEGACY_ACTIVE_PORTS];
    return {
      name,
      namespace,
      uid,
      address: root.at('status').at('podIP').stringOr(undefined),
      labels,
      ready: !deleting && isReady(root.at('status').at('conditions').items()),
      activePorts: ports === undefined ? undefined : parseActivePorts(ports),
      ports: undefined,
    };
  });
}

function isReady(conditions: readonly Field[]): boolean {
  return conditions.some(
    (condition) => condition.at('type').value === 'Ready' && condition.at('status').value === 'True',
  );
}

/** Ports by commas. What is no port is left out, so that a slip takes a rank out of service and not the pod's others. */
export function parseActivePorts(list: string): ReadonlySet<number> {
  const texts = list.split(',').map((text) => text.trim());
  return new Set(texts.filter((text) => /^\d{1,5}$/.test(text)).map(Number));
}
