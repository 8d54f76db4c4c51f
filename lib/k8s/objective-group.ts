import { type IConstruct } from 'constructs';
import { type ObjectiveGroup } from '../core/api-profile';
import { type Problem } from '../core/problem';
import { kindKey, manifestIndex } from './manifest-index';

const LEGACY: ObjectiveGroup = 'inference.networking.x-k8s.io';
const CURRENT: ObjectiveGroup = 'llm-d.ai';
const KINDS = ['InferenceObjective', 'InferenceModelRewrite'];

/** Checks that an app keeps its objectives and rewrites in one group: with both in a cluster, the older is ignored. */
export function checkObjectiveGroup(construct: IConstruct, group: ObjectiveGroup): readonly Problem[] {
  if (group !== LEGACY) return [];
  const { kinds } = manifestIndex(construct);
  const other = KINDS.flatMap((kind) => kinds.get(kindKey(construct, CURRENT, kind)) ?? [])[0];
  if (other === undefined) return [];
  return [
    {
      what: `this object is in group ${LEGACY}, and ${other} is in ${CURRENT}`,
      why: `a cluster with both silently ignores those in ${LEGACY}`,
      fix: `set one group for the whole app: setApiProfile(app, { objectives: '${CURRENT}' })`,
    },
  ];
}
